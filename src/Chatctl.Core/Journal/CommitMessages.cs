using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Journal;

/// <summary>What the log says of a journal that is being written. The numbers are stable.</summary>
internal static partial class CommitMessages
{
    [LoggerMessage(507, LogLevel.Error, "the journal in {Folder} cannot be written: {Reason}; senders are held back until it can")]
    public static partial void NotWritten(ILogger logger, string folder, string reason);

    [LoggerMessage(508, LogLevel.Warning, "the journal can be written again")]
    public static partial void GoesOn(ILogger logger);

    [LoggerMessage(509, LogLevel.Error, "the journal is not complete: {Reason}; no sender has a receipt for what is missing")]
    public static partial void NotClosed(ILogger logger, string reason);

    [LoggerMessage(510, LogLevel.Error, "{Reason}; the server stops")]
    public static partial void Failed(ILogger logger, string reason);
}
