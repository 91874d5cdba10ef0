using System.Runtime.InteropServices;

namespace Chatctl.Bench;

/// <summary>A signal ended the run.</summary>
/// <param name="signal">The number of the signal.</param>
internal sealed class InterruptedException(int signal) : Exception($"ended by signal {signal}")
{
    /// <summary>The exit code for the process.</summary>
    public int ExitCode => 128 + signal;
}

/// <summary>Notes SIGINT and SIGTERM. The running code asks for them at points where it can end.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly ManualResetEventSlim _requested = new();
    private volatile int _signal;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 15)),
    ];

    /// <summary>Ends the run if a signal has arrived.</summary>
    /// <exception cref="InterruptedException">A signal has arrived.</exception>
    public void ThrowIfRequested()
    {
        if (_signal != 0)
        {
            throw new InterruptedException(_signal);
        }
    }

    /// <summary>
    /// Does the same after a connection ended unexpectedly, but waits a moment for the signal. Ctrl-C reaches all processes on the terminal,
    /// and the server may end before the signal arrives here.
    /// </summary>
    /// <exception cref="InterruptedException">A signal has arrived.</exception>
    public void ThrowIfRequestedSoon()
    {
        _requested.Wait(TimeSpan.FromMilliseconds(200));
        ThrowIfRequested();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _requested.Dispose();
    }

    private void Handle(PosixSignalContext context, int signal)
    {
        // The second signal ends the process at once. This closes the server's standard input, and so the server ends too.
        context.Cancel = _signal == 0;
        _signal = signal;
        _requested.Set();
    }
}
