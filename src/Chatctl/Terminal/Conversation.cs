using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Chatctl.Connect;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// A person at a terminal: the line that is typed and the lines that arrive, from now until it is disposed. The terminal is given back in
/// the state it was found in whenever that can be done: at the end, on signals, on exit and on a crash; not when killed with SIGKILL.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Conversation : IDisposable
{
    // A terminal that takes nothing must not keep a signal from ending the process.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TerminalMode _mode;
    private readonly Display _display = new(StandardStreams.Output, () => TerminalMode.Size);
    private readonly TerminalInput _input = new();
    private readonly PosixSignalRegistration[] _signals;
    private readonly KeyReader _keys = new();
    private readonly byte[] _read = new byte[4096];
    private readonly Stream _diagnostics = StandardStreams.Diagnostics;

    // Both are guarded by the gate.
    private bool _isSuspended;
    private bool _isOver;

    /// <summary>Takes over standard input, standard output, and what is diagnosed if that is seen on a terminal too.</summary>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public Conversation()
    {
        // First: what the mode is while others have the terminal is theirs.
        TerminalMode.AwaitForeground();
        _mode = new TerminalMode();
        Streams = new LocalStreams(_input, new TerminalOutput(_display.Print), WatchedDescriptor: 1, IsConversation: true);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Attempt(_display.Redraw)),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, Resume),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Stop),

            // None is cancelled: the process then ends by it.
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

    /// <summary>Whether there is a shell that could resume: not in a group that its session's leader is in, where the system ignores requests to stop.</summary>
    private static bool CanBeResumed => Libc.ProcessGroup() != Libc.SessionOf(0);

    /// <summary>What the person enters, and where what arrives is printed.</summary>
    public LocalStreams Streams { get; }

    public void Dispose()
    {
        Attempt(_display.Finish);
        End();
        Array.ForEach(_signals, signal => signal.Dispose());
        AppDomain.CurrentDomain.ProcessExit -= End;
        AppDomain.CurrentDomain.UnhandledException -= End;
        StandardStreams.Diagnostics = _diagnostics;
    }

    /// <summary>Does something with the terminal when there is nobody who could be told that it has gone.</summary>
    private static void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (IOException)
        {
            // Whoever prints next, or the hang-up that comes with it, will say so.
        }
    }

    private void End(object? sender, EventArgs e) => End();

    private void Resume(PosixSignalContext signal)
    {
        // Or the runtime would go on with what it does by itself: set the mode of the terminal that it found, over ours.
        signal.Cancel = true;
        Attempt(Begin);
    }

    /// <summary>Stops, when the terminal has been given back. From the key, or from somebody else.</summary>
    private void Stop(PosixSignalContext signal)
    {
        // The runtime would not stop by it.
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
                // Until the person has no more to say. What is typed from then on is not ours.
            }
        }
        catch (IOException)
        {
            // The terminal has gone, and with it the input.
        }

        End();
        _input.Complete();
    }

    /// <summary>Waits for keys, and does what they mean.</summary>
    /// <returns>False at the end of input.</returns>
    private bool TakeKeys()
    {
        int count = StandardStreams.Input.Read(_read, 0, _read.Length);
        ResumeIfRunning();
        foreach (Key key in _keys.Read(_read.AsSpan(0, count)))
        {
            switch (_display.Apply(key, out IReadOnlyList<string> entered))
            {
                case Outcome.Entered:
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

    /// <summary>Ends as the key would have ended it by itself: by the signal, with all that run in front together with this process.</summary>
    private void Leave()
    {
        End();
        _ = Libc.Kill(0, Libc.SIGINT);

        // The runtime takes a moment for it, and no key means anything any more.
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Stops as the key would have stopped it. SIGCONT resumes.</summary>
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

    /// <summary>Where the system has ignored the request to stop, the next key shows it.</summary>
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
