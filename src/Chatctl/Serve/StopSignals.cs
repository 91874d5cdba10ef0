using System.Runtime.InteropServices;

namespace Chatctl.Serve;

/// <summary>SIGTERM and SIGINT: the first asks to stop, the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
    ];

    /// <summary>Completes with the first signal.</summary>
    public Task First => _first.Task;

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _stopping.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        // Not cancelled the second time, so the default holds: the signal ends the process.
        context.Cancel = _first.TrySetResult();
        if (context.Cancel)
        {
            _stopping.Cancel();
        }
    }
}
