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
}
