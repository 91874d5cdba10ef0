using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Journal;

/// <summary>The journal's log messages. The numbers are stable.</summary>
internal static partial class JournalMessages
{
    [LoggerMessage(501, LogLevel.Warning, "the end of {Path} was not written completely, and {Bytes} bytes are cut off: lines go on from number {Next}")]
    public static partial void TornEnd(ILogger logger, string path, long bytes, long next);

    [LoggerMessage(502, LogLevel.Warning, "{Path} has nothing that counts, and is put aside with {Ending} behind its name: the journal goes on behind the file before it, in a new epoch")]
    public static partial void Unfinished(ILogger logger, string path, string ending);

    [LoggerMessage(503, LogLevel.Warning, "the machine was started anew and the last server had not stopped in order, so a new epoch begins with line {Next}")]
    public static partial void NewEpoch(ILogger logger, long next);

    [LoggerMessage(504, LogLevel.Information, "{Path} is deleted, with the lines {First} to {Last}: no more is kept")]
    public static partial void NotKept(ILogger logger, string path, long first, long last);

    [LoggerMessage(505, LogLevel.Warning, "{Path} cannot be deleted, so more is kept than was asked for: {Reason}")]
    public static partial void FileStays(ILogger logger, string path, string reason);

    [LoggerMessage(506, LogLevel.Error, "{Path} cannot be read at byte {Offset}, and readers go on behind that: {Reason}")]
    public static partial void Unreadable(ILogger logger, string path, long offset, string reason);
}
