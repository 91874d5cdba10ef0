using Chatctl.Logging;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>The events that a running relay logs. The numbers are stable.</summary>
internal static partial class RelayMessages
{
    [LoggerMessage(201, LogLevel.Warning, "listening on {Url}: any machine that reaches this one can join, and nothing is encrypted")]
    public static partial void OpenToOthers(ILogger logger, string url);

    [LoggerMessage(202, LogLevel.Information, "stopping: delivering what is pending for {Members} members")]
    public static partial void Stopping(ILogger logger, int members);

    [LoggerMessage(203, LogLevel.Warning, "listening on {Urls}, but standard output did not take the addresses: {Reason}")]
    public static partial void NotAnnounced(ILogger logger, string urls, string reason);

    [LoggerMessage(204, LogLevel.Warning, "refused {Refusal}")]
    public static partial void KeptOut(ILogger logger, string refusal);

    [LoggerMessage(205, LogLevel.Warning, "refused {Count} more, the last of them {Refusal}")]
    public static partial void KeptOutMore(ILogger logger, long count, string refusal);

    [LoggerMessage(206, LogLevel.Error, "{Reason}")]
    public static partial void Failed(ILogger logger, Exception exception, string reason);

    [LoggerMessage(
        207,
        LogLevel.Information,
        "members {Members}, sessions {Sessions}, joins {Joins}, lines {Lines}, deliveries {Deliveries}, skipped {Skipped}, received {Received} B, sent {Sent} B, evictions {Evictions}, window {WindowUsage} of {WindowLimit} B, unfinished {Unfinished} B, lag {Lag} B")]
    public static partial void Figures(
        ILogger logger,
        int members,
        int sessions,
        long joins,
        long lines,
        long deliveries,
        long skipped,
        long received,
        long sent,
        LogCounts evictions,
        long windowUsage,
        long windowLimit,
        long unfinished,
        long lag);

    [LoggerMessage(208, LogLevel.Warning, "listening on {Url}: any machine that reaches this one can join; --client-ca lets in only those with a certificate")]
    public static partial void OpenToOthersEncrypted(ILogger logger, string url);

    [LoggerMessage(211, LogLevel.Information, "read {File} again: {Rules} lines; {Members} members are disconnected that may not be here any more, or have other rights now")]
    public static partial void RulesRead(ILogger logger, string file, int rules, int members);

    [LoggerMessage(212, LogLevel.Error, "nobody's rights have changed: {Reason}")]
    public static partial void RulesStay(ILogger logger, string reason);

    [LoggerMessage(213, LogLevel.Warning, "listening on {Url}, where nobody can join from another machine: a token must not go over a network without encryption")]
    public static partial void OpenToNobody(ILogger logger, string url);
}
