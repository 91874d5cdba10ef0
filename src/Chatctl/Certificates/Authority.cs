using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Certificates;

/// <summary>
/// A small certificate authority: one self-signed root, which signs the certificates of servers and clients itself. All keys are ECDSA keys on the
/// curve P-256.
/// </summary>
/// <param name="root">The root with its private key. The caller disposes it.</param>
internal sealed class Authority(X509Certificate2 root)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>The most characters of a common name (RFC 5280, appendix A).</summary>
    public const int MostOfCommonName = 64;

    // Clocks differ. A certificate that is made here is good at once on a machine whose clock is slow.
    private static readonly TimeSpan Slowness = TimeSpan.FromHours(1);

    /// <summary>How long a root is good, unless the user says something else.</summary>
    public const int RootDays = 3650;

    /// <summary>How long the certificates of servers and clients are good, unless the user says something else. Some systems refuse more than 825 days.</summary>
    public const int Days = 820;

    /// <summary>Makes a root. No two have the same name, so that a client never mistakes one for the other.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="days">How long it is good.</param>
    public static X509Certificate2 CreateRoot(ECDsa key, int days)
    {
        CertificateRequest request = Request(Named($"chatctl CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"), key, isRoot: true);
        (DateTimeOffset from, DateTimeOffset until) = Period(days);
        return request.CreateSelfSigned(from, until);
    }

    /// <summary>Whether a certificate may sign others.</summary>
    /// <param name="certificate">The certificate.</param>
    public static bool IsRoot(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority)
        && certificate.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign));

    /// <summary>Makes the certificate of a server.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="hosts">At least one name or IP address. A name may begin with <c>*.</c>, which stands for one label.</param>
    /// <param name="days">How long it is good, but never longer than the root.</param>
    public X509Certificate2 CreateServer(ECDsa key, IReadOnlyList<string> hosts, int days)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            if (IPAddress.TryParse(host, out IPAddress? address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        // The names that count are the alternative ones. A long one does not fit here, but something must stand here.
        CertificateRequest request = Request(Named(hosts.FirstOrDefault(host => host.Length <= MostOfCommonName, "chatctl server")), key, isRoot: false);
        request.CertificateExtensions.Add(names.Build());
        return Sign(request, ServerAuthentication, days);
    }

    /// <summary>Makes the certificate of a client.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="name">Its name: the common name of the certificate.</param>
    /// <param name="days">How long it is good, but never longer than the root.</param>
    public X509Certificate2 CreateClient(ECDsa key, string name, int days) => Sign(Request(Named(name), key, isRoot: false), ClientAuthentication, days);

    private static X500DistinguishedName Named(string name)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        return subject.Build();
    }

    private static CertificateRequest Request(X500DistinguishedName subject, ECDsa key, bool isRoot)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);

        // The root signs no other authorities.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isRoot, hasPathLengthConstraint: isRoot, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            isRoot ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static (DateTimeOffset From, DateTimeOffset Until) Period(int days)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return (now - Slowness, now.AddDays(days));
    }

    private X509Certificate2 Sign(CertificateRequest request, string purpose, int days)
    {
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        (DateTimeOffset from, DateTimeOffset until) = Period(days);
        DateTimeOffset first = root.NotBefore, last = root.NotAfter;

        // A serial number is positive, has at most 20 bytes, and cannot be guessed.
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        return request.Create(root, from < first ? first : from, until > last ? last : until, serial);
    }
}
