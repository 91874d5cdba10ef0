using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Conformance.Tests;

/// <summary>Makes certificates for tests, in a folder that is deleted at the end.</summary>
internal sealed class CertificateMaker : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chatctl-");
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _now;

    /// <summary>Makes an authority.</summary>
    /// <param name="now">The time that lifetimes are counted from.</param>
    public CertificateMaker(DateTimeOffset now)
    {
        _now = now;
        var request = new CertificateRequest("CN=root", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = request.CreateSelfSigned(now.AddDays(-1000), now.AddDays(1000));
    }

    /// <summary>The authority.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>A path in the folder.</summary>
    public string this[string name] => Path.Combine(_folder.FullName, name);

    /// <summary>Makes a certificate of the authority, with its key.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="days">How long it is still valid; less than zero if it has ended.</param>
    /// <param name="purpose">What it is for alone; null if it is for everything.</param>
    public X509Certificate2 Make(string name, double days = 100, string? purpose = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        using X509Certificate2 signed = request.Create(Root, _now.AddDays(-500), _now.AddDays(days), Guid.NewGuid().ToByteArray());
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Writes a file of PEM.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, params string[] parts)
    {
        File.WriteAllText(this[name], string.Join('\n', parts));
        return this[name];
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>What is written into files.</summary>
internal static class Pem
{
    public static string Certificate(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    public static string Key(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public static string LockedKey(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
        "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));
}
