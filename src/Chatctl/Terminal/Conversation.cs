using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Chatctl.Connect;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// A person at a terminal: the line that is typed and the lines that arrive. It begins when it is created and ends when it is disposed. The
/// terminal gets its old state back at the end, on signals, on exit and on a crash. Only SIGKILL leaves no time for that.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Conversation : IDisposable
{
    // A signal must end the process even if the terminal takes nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TerminalMode _mode;
    private readonly Display _display;
    private readonly Chat? _chat;
    private readonly TerminalInput _input = new();
    private readonly PosixSignalRegistration[] _signals;
    private readonly KeyReader _keys = new();
    private readonly byte[] _read = new byte[4096];
    private readonly Stream _diagnostics = StandardStreams.Diagnostics;

    // The gate guards both.
    private bool _isSuspended;
    private bool _isOver;

    /// <summary>
    /// Takes over standard input and standard output. If standard error is a terminal, it also takes over the messages that go there.
    /// </summary>
    /// <param name="chat">How to show a session; null if there is none, and bytes come.</param>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public Conversation(ChatOptions? chat)
    {
        // This comes first: in the background, the terminal has the mode of another program, and that is not the mode to restore.
        TerminalMode.AwaitForeground();
        _mode = new TerminalMode();
        var palette = Palette.Choose(isPlain: false, Environment.GetEnvironmentVariable);
        _display = new Display(StandardStreams.Output, () => TerminalMode.Size, palette, chat is null ? null : Words);
        _chat = chat is null ? null : new Chat(new Transcript(palette), _display, _input.Add, chat);
        Streams = new LocalStreams(_input, new TerminalOutput(_display.Print), WatchedDescriptor: 1, IsConversation: true) { Chat = _chat };
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Attempt(_display.Redraw)),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, Resume),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Stop),

            // These handlers do not cancel the signal, so the signal then ends the process.
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => End()),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => End()),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => End()),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => End()),
        ];
        AppDomain.CurrentDomain.ProcessExit += End;
        AppDomain.CurrentDomain.UnhandledException += End;
        if (StandardStreams.ErrorIsTerminal)
        {
            StandardStreams.Diagnostics = new TerminalOutput(text => _display.Print(text, _diagnostics));
        }

        Begin();
        new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
    }

    /// <summary>
    /// Whether a shell could resume this process. There is none if the leader of the session is in this process group. The system ignores
    /// requests to stop there.
    /// </summary>
    private static bool CanBeResumed => Libc.ProcessGroup() != Libc.SessionOf(0);

    /// <summary>The lines that the person enters, and the output that what arrives is printed to.</summary>
    public LocalStreams Streams { get; }

    public void Dispose()
    {
        Attempt(_display.Finish);
        Attempt(() => _chat?.Finish());
        End();
        Array.ForEach(_signals, signal => signal.Dispose());
        AppDomain.CurrentDomain.ProcessExit -= End;
        AppDomain.CurrentDomain.UnhandledException -= End;
        StandardStreams.Diagnostics = _diagnostics;
    }

    /// <summary>Does something with the terminal, at a place where no caller could report that the terminal has gone.</summary>
    private static void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (IOException)
        {
            // The next print, or the hang-up signal that comes with this, will report it.
        }
    }

    private IEnumerable<string> Words(bool isAtStart) => _chat!.Words(isAtStart);

    private void End(object? sender, EventArgs e) => End();

    private void Resume(PosixSignalContext signal)
    {
        // Without this, the runtime would set the mode of the terminal that it found at the start.
        signal.Cancel = true;
        Attempt(Begin);
    }

    /// <summary>Gives the terminal back, and then stops the process. The signal comes from the key or from another process.</summary>
    private void Stop(PosixSignalContext signal)
    {
        // The runtime would not stop the process on this signal, so SIGSTOP does.
        signal.Cancel = true;
        if (CanBeResumed)
        {
            GiveBackForNow();
            _ = Libc.Kill(Environment.ProcessId, Libc.SIGSTOP);
        }
    }

    private void Begin()
    {
        TerminalMode.AwaitForeground();
        lock (_gate)
        {
            if (!_isOver)
            {
                _isSuspended = false;
                _mode.SetRaw();
                _display.Open();
            }
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _isOver = true;
                if (!TerminalMode.IsInBackground)
                {
                    GiveBack();
                }
            }
        }
    }

    private void GiveBack()
    {
        Attempt(() => _display.Close(Patience));
        _mode.Restore();
    }

    private void ReadKeys()
    {
        try
        {
            while (TakeKeys())
            {
                // Until the person ends the input. What is typed after that is for another program.
            }
        }
        catch (IOException)
        {
            // The terminal has gone, so the input has ended.
        }

        End();
        _input.Complete();
    }

    /// <summary>Waits for keys and obeys them.</summary>
    /// <returns>False at the end of input.</returns>
    private bool TakeKeys()
    {
        int count = StandardStreams.Input.Read(_read, 0, _read.Length);
        ResumeIfRunning();
        foreach (Key key in _keys.Read(_read.AsSpan(0, count)))
        {
            switch (_display.Apply(key, out IReadOnlyList<string> entered))
            {
                case Outcome.Entered when _chat is not null:
                    if (!_chat.Enter(entered))
                    {
                        return false;
                    }

                    break;
                case Outcome.Pasted when _chat is not null:
                    _chat.Say(entered);
                    break;
                case Outcome.Entered or Outcome.Pasted:
                    _input.Add(entered);
                    break;
                case Outcome.Ended:
                    return false;
                case Outcome.Interrupted:
                    Leave();
                    break;
                case Outcome.Suspended:
                    Suspend();
                    break;
            }
        }

        return count > 0;
    }

    /// <summary>Ends as the system would end it for this key: with the signal, which goes to every process in the foreground.</summary>
    private void Leave()
    {
        End();
        _ = Libc.Kill(0, Libc.SIGINT);

        // The runtime takes a moment to end the process. No key is obeyed any more.
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Stops as the system would stop it for this key. SIGCONT resumes it.</summary>
    private void Suspend()
    {
        if (CanBeResumed)
        {
            GiveBackForNow();
            _ = Libc.Kill(0, Libc.SIGTSTP);
        }
    }

    private void GiveBackForNow()
    {
        lock (_gate)
        {
            if (!_isSuspended && !_isOver)
            {
                _isSuspended = true;
                GiveBack();
            }
        }
    }

    /// <summary>
    /// Resumes if the system ignored the request to stop. The next key shows that: it could not arrive if the process were stopped.
    /// </summary>
    private void ResumeIfRunning()
    {
        lock (_gate)
        {
            if (!_isSuspended)
            {
                return;
            }
        }

        Begin();
    }
}
