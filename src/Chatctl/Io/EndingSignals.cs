using System.Runtime.InteropServices;

namespace Chatctl.Io;

/// <summary>Makes sure that the signals that ask a process to end do end it, however it was started. A verb may handle them first.</summary>
internal sealed class EndingSignals : IDisposable
{
    private const int Init = 1;

    private static readonly int[] Signals = [Libc.SIGHUP, Libc.SIGINT, Libc.SIGQUIT, Libc.SIGTERM];

    private readonly PosixSignalRegistration[] _lastResort = [];

    /// <summary>Make it once, before any other handler is registered for a signal.</summary>
    public EndingSignals()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A shell starts background jobs with SIGINT ignored, but a person sends it to end the job. SIGHUP stays ignored if it was: nohup(1) asks for that.
        _ = Libc.SetSignalAction(Libc.SIGINT, Libc.SIG_DFL);
        _ = Libc.SetSignalAction(Libc.SIGTERM, Libc.SIG_DFL);
        if (Environment.ProcessId == Init)
        {
            // The kernel takes no default action on process 1. Handlers are called in the reverse order of their registration. So these
            // handlers come last, and see whether another one has taken the signal.
            _lastResort = Array.ConvertAll(Signals, signal => PosixSignalRegistration.Create((PosixSignal)signal, ExitUnlessTaken));
        }

        // Last, because a signal that was blocked until now arrives here.
        Libc.Unblock(Signals);
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_lastResort, registration => registration.Dispose());

    private static void ExitUnlessTaken(PosixSignalContext context)
    {
        if (!context.Cancel)
        {
            Libc.Exit(128 + (int)context.Signal);
        }
    }
}
