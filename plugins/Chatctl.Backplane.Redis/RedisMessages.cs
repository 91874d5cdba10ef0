using Microsoft.Extensions.Logging;

namespace Chatctl.Backplane.Redis;

/// <summary>The log messages of the <c>redis</c> backplane. The numbers are stable.</summary>
internal static partial class RedisMessages
{
    /// <summary>The server cannot be used for now. Again if the reason has changed, but not more often than every five seconds.</summary>
    [LoggerMessage(601, LogLevel.Warning, "the backplane {Address} is away: {Reason}; senders are held back until it is back")]
    public static partial void Away(ILogger logger, string address, string reason);

    /// <summary>The server can be used again, after <see cref="Away"/>.</summary>
    [LoggerMessage(602, LogLevel.Information, "the backplane {Address} is back")]
    public static partial void Back(ILogger logger, string address);

    /// <summary>The node has opened the log.</summary>
    [LoggerMessage(603, LogLevel.Debug, "the backplane {Address} is Redis {Version}, and its log ends with entry {Last}")]
    public static partial void Opened(ILogger logger, string address, Version version, long last);

    /// <summary>The server is set up to delete any key when its memory is full.</summary>
    [LoggerMessage(604, LogLevel.Warning, "the backplane {Address} deletes keys when its memory is full ({Policy}), and lines would be lost: set maxmemory-policy to noeviction")]
    public static partial void Evicts(ILogger logger, string address, string policy);
}
