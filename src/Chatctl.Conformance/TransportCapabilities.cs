namespace Chatctl.Conformance;

/// <summary>
/// What transports may differ in. What one lacks is not left untested: the facts then show that it is refused, or ends in the way declared
/// here.
/// </summary>
[Flags]
public enum TransportCapabilities
{
    /// <summary>Nothing of the below.</summary>
    None = 0,

    /// <summary>It listens on TCP endpoints. Without it they are refused with a <see cref="BindException"/>.</summary>
    Tcp = 1,

    /// <summary>It listens on Unix sockets. Without it they are refused with a <see cref="BindException"/>.</summary>
    UnixSockets = 2,

    /// <summary>It listens on IPv6 addresses, where the machine has them. Without it they are refused with a <see cref="BindException"/>.</summary>
    IPv6 = 4,

    /// <summary>
    /// A peer can tell a connection that was cut off from one that was finished, since the former ends with a reset; so does one whose server has died,
    /// if the peer has sent something. Without it the peer sees merely that it has ended, as on a Unix socket.
    /// </summary>
    Resets = 8,

    /// <summary>All of them.</summary>
    All = Tcp | UnixSockets | IPv6 | Resets,
}
