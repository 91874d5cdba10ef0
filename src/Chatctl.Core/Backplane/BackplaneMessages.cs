using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Backplane;

/// <summary>What the log says of a room with a backplane. The numbers are stable.</summary>
internal static partial class BackplaneMessages
{
    [LoggerMessage(525, LogLevel.Error, "{Reason}; this node ends when the others know")]
    public static partial void Lost(ILogger logger, string reason);

    [LoggerMessage(521, LogLevel.Information, "node {Node} has begun; nodes now: {Count}")]
    public static partial void Begun(ILogger logger, string node, int count);

    [LoggerMessage(522, LogLevel.Information, "node {Node} has stopped; nodes now: {Count}")]
    public static partial void Stopped(ILogger logger, string node, int count);

    [LoggerMessage(523, LogLevel.Warning, "node {Node} has not been heard of for too long: its members have left")]
    public static partial void Silent(ILogger logger, string node);

    [LoggerMessage(524, LogLevel.Warning, "node {Node} is heard of again: its members are back")]
    public static partial void Back(ILogger logger, string node);

    [LoggerMessage(520, LogLevel.Error, "the other nodes could not be told yet that the backplane has lost something: {Reason}; this is tried until it succeeds")]
    public static partial void NotRenewed(ILogger logger, string reason);
}
