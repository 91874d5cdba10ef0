using Microsoft.Extensions.Logging;

namespace Chatctl.Core;

/// <summary>What the room tells its log. The numbers are stable.</summary>
internal static partial class RoomMessages
{
    [LoggerMessage(1, LogLevel.Debug, "member {Member} joined")]
    public static partial void Joined(ILogger logger, Member member);

    [LoggerMessage(2, LogLevel.Debug, "member {Member} left")]
    public static partial void Left(ILogger logger, Member member);

    [LoggerMessage(3, LogLevel.Warning, "member {Member} is cut off: {Reason}")]
    public static partial void Evicted(ILogger logger, Member member, string reason);

    [LoggerMessage(4, LogLevel.Debug, "the window is full: senders are held back")]
    public static partial void WindowFull(ILogger logger);

    [LoggerMessage(5, LogLevel.Debug, "the window is open again")]
    public static partial void WindowOpen(ILogger logger);
}
