namespace Chatctl;

/// <summary>The files that a server with TLS needs. The server reads them when it starts, and again when they change (see <see cref="IBroadcastServer.Reload"/>).</summary>
/// <param name="CertificatePath">The server's certificate and those that lead to its authority: PEM, or PKCS#12.</param>
/// <param name="KeyPath">The certificate's private key as PEM; null if <paramref name="CertificatePath"/> holds it too.</param>
/// <param name="ClientCaPath">
/// The authorities of clients' certificates, as PEM. Then no client without a certificate of theirs gets in, unless <see cref="IsClientCertificateOptional"/>.
/// Null asks clients for no certificate.
/// </param>
public sealed record TlsFiles(string CertificatePath, string? KeyPath = null, string? ClientCaPath = null)
{
    /// <summary>
    /// Whether a client may leave out its certificate, because the room has other ways to find out who it is. One that it does show must be good in any
    /// case. Default: false.
    /// </summary>
    public bool IsClientCertificateOptional { get; init; }
}
