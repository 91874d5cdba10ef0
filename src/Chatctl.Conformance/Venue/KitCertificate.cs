using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Conformance.Venue;

/// <summary>A server's certificate that the kit makes for itself, and what its peers think of it.</summary>
internal static class KitCertificate
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly X509Certificate2 Certificate = Make();

    /// <summary>Writes the certificate and its key into a folder, for a server.</summary>
    public static TlsFiles ForServer(Folder folder)
    {
        string path = folder.File();
        File.WriteAllText(path, $"{Certificate.ExportCertificatePem()}\n{Key.ExportPkcs8PrivateKeyPem()}\n");
        return new TlsFiles(path);
    }

    /// <summary>What a peer expects: this certificate and no other.</summary>
    /// <param name="versions">The versions of TLS.</param>
    public static SslClientAuthenticationOptions ForPeers(SslProtocols versions) => new()
    {
        EnabledSslProtocols = versions,
        TargetHost = "localhost",
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && certificate.GetCertHashString() == Certificate.GetCertHashString(),
    };

    private static X509Certificate2 Make()
    {
        var request = new CertificateRequest("CN=localhost", Key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
    }
}
