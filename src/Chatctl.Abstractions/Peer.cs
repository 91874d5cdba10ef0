using System.Net;

namespace Chatctl;

/// <summary>What a transport knows about a peer when it joins. The room decides what to make of it.</summary>
/// <param name="Address">Where the peer connects from; null if the transport cannot tell.</param>
/// <param name="CertificateName">
/// The name in the peer's certificate; null if it has shown none. The transport has verified the certificate, and that the peer has its key.
/// </param>
/// <param name="UserName">The user of this machine that the peer runs as, if the system says so, as for a Unix socket; otherwise null.</param>
/// <param name="Dialect">What both sides have agreed to speak before the first byte, such as a protocol by ALPN; null if they have agreed on nothing.</param>
/// <param name="IsEncrypted">Whether nobody between the peer and this machine can read what they send each other.</param>
public sealed record Peer(EndPoint? Address, string? CertificateName = null, string? UserName = null, string? Dialect = null, bool IsEncrypted = false)
{
    /// <summary>A peer of which the transport knows nothing.</summary>
    public static Peer Unknown { get; } = new(Address: null);
}
