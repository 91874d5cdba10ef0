using System.Runtime.InteropServices;

namespace Chatctl.Demo;

/// <summary>
/// Lets SIGINT and SIGTERM end the process at once, but in order. A process that a signal kills leaves the runtime's diagnostic sockets and pipes in the
/// folder for temporary files.
/// </summary>
internal sealed class OrderlyExit : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Exit(context, 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Exit(context, 15)),
    ];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private static void Exit(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        Environment.Exit(128 + signal);
    }
}
