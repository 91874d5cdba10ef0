using System.Net;

namespace Chatctl;

/// <summary>What a server is told about its sockets. The room decides what happens to lines, so nothing about lines is here.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// Where to listen: <see cref="IPEndPoint"/> or <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>. Names are already resolved. With
    /// port 0 the system chooses the port. A transport that does not know a kind of endpoint refuses it with a <see cref="BindException"/>.
    /// </summary>
    public required IReadOnlyList<EndPoint> Endpoints { get; init; }

    /// <summary>How many connections may wait to be accepted, for each endpoint. The kernel has a limit of its own. Default 1024.</summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>
    /// After how long a silence the system asks a TCP peer whether it is still there (keepalive). Six questions without an answer end the
    /// connection. They are at most ten seconds apart. Whole seconds, at least one. Null switches it off: then a peer that has vanished stays a
    /// member until something is sent to it. Default 60 s.
    /// </summary>
    public TimeSpan? KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many bytes the kernel may keep for each peer that the peer has not taken yet (<c>SO_SNDBUF</c>; Linux doubles it for its own
    /// needs). No limit of the room counts this memory, and it hides that a peer is slow. Default null: the system chooses, up to 4 MiB on Linux.
    /// </summary>
    public int? SendBufferBytes { get; init; }

    /// <summary>
    /// Which users of this machine may connect to a Unix socket: those with the permission to write to its file. The file has these permissions before the
    /// server listens. Default: only the user that the server runs as.
    /// </summary>
    public UnixFileMode SocketMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The files for TLS, if the endpoints are of the scheme <c>tls</c>. Null for endpoints without TLS. Default null.</summary>
    public TlsFiles? Tls { get; init; }
}
