using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>What a running relay tells the log. The numbers are stable.</summary>
internal static partial class RelayMessages
{
    [LoggerMessage(201, LogLevel.Warning, "listening on {Url}: any machine that reaches this one can join, and nothing is encrypted")]
    public static partial void OpenToOthers(ILogger logger, string url);

    [LoggerMessage(202, LogLevel.Information, "stopping: delivering what is pending for {Members} members")]
    public static partial void Stopping(ILogger logger, int members);

    [LoggerMessage(203, LogLevel.Warning, "listening on {Urls}, which could not be told: {Reason}")]
    public static partial void NotAnnounced(ILogger logger, string urls, string reason);
}
