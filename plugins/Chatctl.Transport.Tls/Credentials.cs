using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Transport.Tls;

/// <summary>What a server shows in a handshake, and what it demands. It does not change.</summary>
/// <param name="Certificate">The server's certificate.</param>
/// <param name="Context">The certificate with its key and those that lead to its authority.</param>
/// <param name="Authorities">Whose certificates clients must have; null if clients are not asked for any.</param>
/// <param name="IsClientCertificateOptional">Whether clients that are asked may have none.</param>
internal sealed record Credentials(
    X509Certificate2 Certificate, SslStreamCertificateContext Context, X509Certificate2Collection? Authorities, bool IsClientCertificateOptional);
