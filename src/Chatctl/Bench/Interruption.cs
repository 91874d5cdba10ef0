using System.Runtime.InteropServices;

namespace Chatctl.Bench;

/// <summary>A run was ended from outside, by a signal.</summary>
/// <param name="signal">Its number.</param>
internal sealed class InterruptedException(int signal) : Exception($"ended by signal {signal}")
{
    /// <summary>What the process is to exit with.</summary>
    public int ExitCode => 128 + signal;
}

/// <summary>SIGINT and SIGTERM, noted for whoever can end what is going on.</summary>
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

    /// <exception cref="InterruptedException">A signal has come.</exception>
    public void ThrowIfRequested()
    {
        if (_signal != 0)
        {
            throw new InterruptedException(_signal);
        }
    }

    /// <summary>
    /// The same when something else has ended unasked: Ctrl-C is for all processes on the terminal, and one of the others may be the sooner.
    /// </summary>
    /// <exception cref="InterruptedException">A signal has come.</exception>
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
        // The second one ends the process at once, and with it goes the other end of the server's standard input.
        context.Cancel = _signal == 0;
        _signal = signal;
        _requested.Set();
    }
}
