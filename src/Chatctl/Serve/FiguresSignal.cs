using System.Runtime.InteropServices;
using Chatctl.Core;
using Chatctl.Logging;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>SIGUSR1: tells the room's figures in one line of the log, as dd(1) does. Windows has no such signal.</summary>
internal sealed class FiguresSignal : IDisposable
{
    private readonly PosixSignalRegistration? _registration;

    /// <summary>Begins to heed the signal, which would end the process otherwise.</summary>
    /// <param name="room">Whose figures.</param>
    /// <param name="logger">Where they are told.</param>
    public FiguresSignal(Room room, ILogger logger)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Not among the signals that the base library has a name for: SIGUSR1 by its number.
            var signal = (PosixSignal)(OperatingSystem.IsLinux() ? 10 : 30);
            _registration = PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Tell(room.Figures(), logger);
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _registration?.Dispose();

    private static void Tell(RoomFigures figures, ILogger logger) => RelayMessages.Figures(
        logger, figures.Members, figures.Joins, figures.Lines, figures.Deliveries, figures.Skipped, figures.Received, figures.Sent,
        new LogCounts([.. figures.Evictions.Select(count => KeyValuePair.Create(RoomMeter.Tag(count.Key), count.Value))]), figures.WindowUsage, figures.WindowLimit, figures.Unfinished, figures.Lag);
}
