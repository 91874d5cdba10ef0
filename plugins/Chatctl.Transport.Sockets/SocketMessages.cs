using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>What transports over sockets tell the log. The numbers are stable.</summary>
public static partial class SocketMessages
{
    /// <summary>Accepting has to wait for resources.</summary>
    [LoggerMessage(101, LogLevel.Warning, "cannot accept connections for now: {Reason}")]
    public static partial void AcceptPaused(ILogger logger, string reason);

    /// <summary>Accepting works again.</summary>
    [LoggerMessage(102, LogLevel.Information, "accepting connections again")]
    public static partial void AcceptResumed(ILogger logger);

    /// <summary>A peer's connection failed.</summary>
    [LoggerMessage(103, LogLevel.Debug, "the connection of member {Member} failed: {Error}")]
    public static partial void ConnectionFailed(ILogger logger, IMember member, System.Net.Sockets.SocketError error);

    /// <summary>A peer was gone before it could be made a member.</summary>
    [LoggerMessage(105, LogLevel.Debug, "a client was gone before it was accepted: {Error}")]
    public static partial void NotAccepted(ILogger logger, System.Net.Sockets.SocketError error);

    /// <summary>The server's patience ended before a peer had taken all it was to get.</summary>
    [LoggerMessage(104, LogLevel.Warning, "cut off because they had not taken everything when the time to drain was up: {Count} of the members")]
    public static partial void CutOffAtStop(ILogger logger, int count);

    /// <summary>A Unix socket's file could not be removed at the end. The next server at that path does it.</summary>
    [LoggerMessage(106, LogLevel.Warning, "the file {Path} is left behind: {Reason}")]
    public static partial void FileStays(ILogger logger, string path, string reason);
}
