namespace Chatctl.Conformance;

/// <summary>
/// The capabilities in which transports may differ. A missing capability is tested too: the facts show that the transport refuses it, or ends
/// connections as described here.
/// </summary>
[Flags]
public enum TransportCapabilities
{
    /// <summary>No capability.</summary>
    None = 0,

    /// <summary>It listens on TCP endpoints. Without it they are refused with a <see cref="BindException"/>.</summary>
    Tcp = 1,

    /// <summary>It listens on Unix sockets. Without it they are refused with a <see cref="BindException"/>.</summary>
    UnixSockets = 2,

    /// <summary>It listens on IPv6 addresses, where the machine has them. Without it they are refused with a <see cref="BindException"/>.</summary>
    IPv6 = 4,

    /// <summary>
    /// A connection that is cut off ends with a reset, and one that is finished ends with a FIN, so a peer can tell them apart. If the server dies, peers
    /// that have sent something see a reset too. Without this capability the peer only sees the end, as on a Unix socket.
    /// </summary>
    Resets = 8,

    /// <summary>All capabilities.</summary>
    All = Tcp | UnixSockets | IPv6 | Resets,
}
