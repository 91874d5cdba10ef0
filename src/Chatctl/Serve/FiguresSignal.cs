using System.Runtime.InteropServices;
using Chatctl.Core;
using Chatctl.Logging;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>SIGUSR1 logs the room's figures in one line, as dd(1) does. Windows has no such signal.</summary>
internal sealed class FiguresSignal : IDisposable
{
    private readonly PosixSignalRegistration? _registration;

    /// <summary>Begins to handle the signal. Without this it would end the process.</summary>
    /// <param name="room">The room with the figures.</param>
    /// <param name="logger">The log.</param>
    public FiguresSignal(Room room, ILogger logger)
    {
        if (!OperatingSystem.IsWindows())
        {
            // The base library has no name for SIGUSR1, so its number is used.
            var signal = (PosixSignal)(OperatingSystem.IsLinux() ? 10 : 30);
            _registration = PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Log(room.Figures(), logger);
            });
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _registration?.Dispose();

    private static void Log(RoomFigures figures, ILogger logger) => RelayMessages.Figures(
        logger, figures.Members, figures.Sessions, figures.Joins, figures.Lines, figures.Deliveries, figures.Skipped, figures.Received, figures.Sent,
        new LogCounts([.. figures.Evictions.Select(count => KeyValuePair.Create(RoomMeter.Tag(count.Key), count.Value))]), figures.WindowUsage, figures.WindowLimit, figures.Unfinished, figures.Lag);
}
