using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The log messages of transports over sockets. The numbers are stable.</summary>
public static partial class SocketMessages
{
    /// <summary>Accepting waits for resources.</summary>
    [LoggerMessage(101, LogLevel.Warning, "cannot accept connections for now: {Reason}")]
    public static partial void AcceptPaused(ILogger logger, string reason);

    /// <summary>Accepting works again.</summary>
    [LoggerMessage(102, LogLevel.Information, "accepting connections again")]
    public static partial void AcceptResumed(ILogger logger);

    /// <summary>A peer's connection failed.</summary>
    [LoggerMessage(103, LogLevel.Debug, "the connection of member {Member} failed: {Error}")]
    public static partial void ConnectionFailed(ILogger logger, IMember member, System.Net.Sockets.SocketError error);

    /// <summary>A peer had gone before it became a member.</summary>
    [LoggerMessage(105, LogLevel.Debug, "a client had gone before it was accepted: {Error}")]
    public static partial void NotAccepted(ILogger logger, System.Net.Sockets.SocketError error);

    /// <summary>The server's patience ended before some peers had taken everything.</summary>
    [LoggerMessage(104, LogLevel.Warning, "disconnected because they had not taken everything when the time to drain was up: {Count} of the members")]
    public static partial void DisconnectedAtStop(ILogger logger, int count);

    /// <summary>The file of a Unix socket could not be removed at the end. The next server at that path removes it.</summary>
    [LoggerMessage(106, LogLevel.Warning, "the file {Path} cannot be removed: {Reason}")]
    public static partial void FileStays(ILogger logger, string path, string reason);
}
