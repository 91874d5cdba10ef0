using System.Net;

namespace Chatctl;

/// <summary>What a server is told about its sockets. What happens to lines is the room's matter and is not in here.</summary>
public sealed record ServerOptions
{
    /// <summary>
    /// Where to listen: <see cref="IPEndPoint"/> or <see cref="System.Net.Sockets.UnixDomainSocketEndPoint"/>, names already resolved. Port 0
    /// lets the system choose. A transport that does not know a kind of endpoint refuses it with a <see cref="BindException"/>.
    /// </summary>
    public required IReadOnlyList<EndPoint> Endpoints { get; init; }

    /// <summary>How many connections may wait to be accepted, for each endpoint; the kernel has a limit of its own. Default 1024.</summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>
    /// After how long a silence the system asks a TCP peer whether it is still there (keepalive). Six questions without an answer, at most ten
    /// seconds apart, end the connection. Whole seconds, from one; null switches it off, and a peer that has vanished stays until something
    /// is sent to it. Default 60 s.
    /// </summary>
    public TimeSpan? KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many bytes the kernel may keep for each peer that the peer has not taken yet (<c>SO_SNDBUF</c>; Linux takes twice as much, for its own
    /// needs). What the kernel keeps is memory that no limit of the room counts, and hides that a peer is slow. Default null: the system's
    /// choice, up to 4 MiB on Linux.
    /// </summary>
    public int? SendBufferBytes { get; init; }
}
