using Chatctl.Core.Access;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core;

/// <summary>The room's log messages. The numbers are stable.</summary>
internal static partial class RoomMessages
{
    [LoggerMessage(1, LogLevel.Debug, "member {Member} joined")]
    public static partial void Joined(ILogger logger, IFeedMember member);

    [LoggerMessage(2, LogLevel.Debug, "member {Member} left")]
    public static partial void Left(ILogger logger, IFeedMember member);

    [LoggerMessage(3, LogLevel.Warning, "member {Member} is disconnected: {Reason}")]
    public static partial void Evicted(ILogger logger, IFeedMember member, string reason);

    [LoggerMessage(4, LogLevel.Debug, "the window is full: senders are held back")]
    public static partial void WindowFull(ILogger logger);

    [LoggerMessage(5, LogLevel.Debug, "the window is open again")]
    public static partial void WindowOpen(ILogger logger);

    [LoggerMessage(6, LogLevel.Debug, "member {Member} is refused: {Reason}")]
    public static partial void Refused(ILogger logger, IFeedMember member, string reason);

    [LoggerMessage(7, LogLevel.Debug, "member {Member} was too slow and has missed {Lines} lines, {Bytes} bytes")]
    public static partial void Skipped(ILogger logger, IFeedMember member, long lines, long bytes);

    [LoggerMessage(8, LogLevel.Debug, "the window was also full {Count} times since the last message about it")]
    public static partial void WindowFullUntold(ILogger logger, long count);

    [LoggerMessage(9, LogLevel.Debug, "member {Member} lags: receipts do not wait for it until it has caught up")]
    public static partial void Overlooked(ILogger logger, IFeedMember member);

    [LoggerMessage(10, LogLevel.Warning, "stranger {Member} is refused: {Reason}")]
    public static partial void Stranger(ILogger logger, IFeedMember member, string reason);

    [LoggerMessage(11, LogLevel.Warning, "member {Member} is refused: its token is not known")]
    public static partial void WrongToken(ILogger logger, IFeedMember member);

    [LoggerMessage(12, LogLevel.Warning, "member {Member} is refused: too many wrong tokens have come from its address, so for {Seconds} s none is looked at")]
    public static partial void TooManyGuesses(ILogger logger, IFeedMember member, long seconds);

    [LoggerMessage(13, LogLevel.Warning, "member {Member} is refused: its token came over a network without encryption; if it is a good one, replace it")]
    public static partial void TokenInTheClear(ILogger logger, IFeedMember member);

    [LoggerMessage(14, LogLevel.Debug, "member {Member} is {Principal}")]
    public static partial void Recognised(ILogger logger, IFeedMember member, Principal principal);

    [LoggerMessage(15, LogLevel.Error, "member {Member} is disconnected: the journal could not be read: {Reason}")]
    public static partial void PastUnreadable(ILogger logger, IFeedMember member, string reason);

    /// <summary>The reason in words, as the end of "is disconnected: …".</summary>
    public static string Explain(this EvictionReason reason) => reason switch
    {
        EvictionReason.LineTooLong => "it sent a line that is too long",
        EvictionReason.Stalled => "it has taken nothing for the stall timeout while the window was full",
        EvictionReason.TooSlow => "it was too slow and stood in the way when the window was full",
        EvictionReason.Stuck => "it stopped in the middle of a line, and too much is kept for members that did so",
        EvictionReason.Idle => "it has neither sent nor been sent anything for the idle timeout",
        EvictionReason.Draining => "the room is closing",
        EvictionReason.Unfinished => "unfinished lines together took too much, and of the large ones its own was the oldest",
        EvictionReason.Protocol => "it did not keep to the protocol of sessions",
        EvictionReason.Replaced => "its session has another connection now",
        EvictionReason.Refused => "nobody knows who it is, and it did not say hello with a token",
        EvictionReason.Rights => "it has sent something, and may not write",
        EvictionReason.Revoked => "it may not be here any more, or has other rights now",
        EvictionReason.Renumbered => "what it has got may have been lost for others, and the numbers of lines have a new epoch",
        _ => reason.ToString(),
    };
}
