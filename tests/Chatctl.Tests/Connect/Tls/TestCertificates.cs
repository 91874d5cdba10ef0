using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Certificates;

namespace Chatctl.Tests.Connect.Tls;

/// <summary>An authority and what it signs, in a folder of one test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public TestCertificates()
    {
        _root = Authority.CreateRoot(_key, 100);
        Write("ca", _root, _key);
    }

    /// <summary>The path of something in the folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>The options of a client that trusts the authority.</summary>
    public string[] Trust => ["--ca", _folder["ca.pem"]];

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 Server(params string[] hosts) => Signed((authority, key) => authority.CreateServer(key, hosts, 10));

    /// <summary>A server's certificate for this machine that is good in another time, in days from now.</summary>
    public X509Certificate2 Server(int first, int last)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());

        // The base library refuses what an authority could not have signed, so the name alone is given.
        var signature = X509SignatureGenerator.CreateForECDsa(_key);
        using X509Certificate2 certificate = request.Create(_root.SubjectName, signature, DateTimeOffset.UtcNow.AddDays(first), DateTimeOffset.UtcNow.AddDays(last), [1, 2, 3]);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Writes a client's certificate to files, and gives the options that show it.</summary>
    public string[] Client(string name)
    {
        using X509Certificate2 certificate = Signed((authority, key) => authority.CreateClient(key, name, 10));
        Write(name, certificate, certificate.GetECDsaPrivateKey()!);
        return ["--cert", _folder[$"{name}.pem"], "--key", _folder[$"{name}.key"]];
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    private X509Certificate2 Signed(Func<Authority, ECDsa, X509Certificate2> create)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = create(new Authority(_root), key);
        return certificate.CopyWithPrivateKey(key);
    }

    private void Write(string name, X509Certificate2 certificate, ECDsa key) => new CertificateFiles(_folder.Root, name).Write(certificate, key, overwrites: true);
}
