using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// The use of the terminal by this process: takes it over, gives it back while the process is suspended, and gives it back at the end, on signals, on
/// exit and on a crash. Only SIGKILL leaves no time for that. Thread-safe.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class TerminalLease : IDisposable
{
    // A signal must end the process even if the terminal takes nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Display _display;
    private readonly TerminalMode _mode;
    private readonly PosixSignalRegistration[] _signals;

    // The gate guards both.
    private bool _isSuspended;
    private bool _isOver;

    /// <summary>Remembers the mode of the terminal. Nothing changes before <see cref="Begin"/>.</summary>
    /// <param name="display">What is opened and closed with it.</param>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public TerminalLease(Display display)
    {
        _display = display;

        // This comes first: in the background, the terminal has the mode of another program, and that is not the mode to restore.
        TerminalMode.AwaitForeground();
        _mode = new TerminalMode();
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
    }

    /// <summary>
    /// Whether a shell could resume this process. There is none if the leader of the session is in this process group. The system ignores
    /// requests to stop there.
    /// </summary>
    private static bool CanBeResumed => Libc.ProcessGroup() != Libc.SessionOf(0);

    /// <summary>Does something with the terminal, at a place where no caller could report that the terminal has gone.</summary>
    public static void Attempt(Action action)
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

    /// <summary>Takes the terminal over, at the start and again when the process was resumed. Does nothing after <see cref="End()"/>.</summary>
    public void Begin()
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

    /// <summary>Gives the terminal back for good. Only the first call does.</summary>
    public void End()
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

    /// <summary>
    /// Resumes if the system ignored the request to stop. The next key shows that: it could not arrive if the process were stopped.
    /// </summary>
    public void ResumeIfRunning()
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

    /// <summary>Stops the process as the system would stop it for the key. SIGCONT resumes it.</summary>
    public void Suspend()
    {
        if (CanBeResumed)
        {
            GiveBackForNow();
            _ = Libc.Kill(0, Libc.SIGTSTP);
        }
    }

    /// <summary>Ends the process as the system would end it for the key: with the signal, which goes to every process in the foreground. Does not return.</summary>
    public void Interrupt()
    {
        End();
        _ = Libc.Kill(0, Libc.SIGINT);

        // The runtime takes a moment to end the process. No key is obeyed any more.
        Thread.Sleep(Timeout.Infinite);
    }

    public void Dispose()
    {
        End();
        Array.ForEach(_signals, signal => signal.Dispose());
        AppDomain.CurrentDomain.ProcessExit -= End;
        AppDomain.CurrentDomain.UnhandledException -= End;
    }

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

    private void GiveBack()
    {
        Attempt(() => _display.Close(Patience));
        _mode.Restore();
    }
}
