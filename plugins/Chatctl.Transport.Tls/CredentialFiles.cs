using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatctl.Transport.Tls;

/// <summary>Reads <see cref="Credentials"/> from files.</summary>
internal static class CredentialFiles
{
    private const string PemStart = "-----BEGIN ";
    private const string PemCertificate = "-----BEGIN CERTIFICATE-----";

    /// <summary>Reads all files.</summary>
    /// <param name="files">Where they are.</param>
    /// <exception cref="CertificateException">One of them cannot be used.</exception>
    public static Credentials Read(TlsFiles files)
    {
        byte[] bytes = Bytes(files.CertificatePath);
        X509Certificate2Collection chain = IsPem(bytes) ? ReadPem(files, Text(bytes)) : ReadPkcs12(files, bytes);
        X509Certificate2 certificate = chain.FirstOrDefault(one => one.HasPrivateKey)
            ?? throw new CertificateException(files.CertificatePath, "it holds no private key");
        chain.Remove(certificate);
        return new Credentials(
            certificate,
            SslStreamCertificateContext.Create(certificate, chain, offline: true),
            files.ClientCaPath is { } path ? ReadAuthorities(path) : null,
            files.IsClientCertificateOptional);
    }

    private static X509Certificate2Collection ReadPem(TlsFiles files, string text)
    {
        X509Certificate2Collection chain = Certificates(files.CertificatePath, text);
        string keyPath = files.KeyPath ?? files.CertificatePath;
        string key = files.KeyPath is null ? text : Text(Bytes(keyPath));
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new CertificateException(keyPath, "its private key has a password; save it without one, readable for its owner only");
        }

        // The certificate of the key comes first by convention, and not by necessity.
        Exception? failure = null;
        foreach (X509Certificate2 one in chain)
        {
            try
            {
                chain.Add(X509Certificate2.CreateFromPem(one.ExportCertificatePem(), key));
                chain.Remove(one);
                return chain;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                failure = e;
            }
        }

        throw new CertificateException(
            keyPath,
            !key.Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? $"it holds no private key{(files.KeyPath is null ? "; --key names its file" : "")}"
                : $"its private key is not that of {(files.KeyPath is null ? "the certificate" : files.CertificatePath)}, or is damaged",
            failure);
    }

    private static X509Certificate2Collection ReadPkcs12(TlsFiles files, byte[] bytes)
    {
        X509Certificate2Collection chain;
        try
        {
            chain = X509CertificateLoader.LoadPkcs12Collection(bytes, password: null, X509KeyStorageFlags.EphemeralKeySet);
        }
        catch (CryptographicException e)
        {
            throw new CertificateException(files.CertificatePath, "it is neither PEM nor PKCS#12 without a password", e);
        }

        return files.KeyPath is null ? chain : throw new CertificateException(files.KeyPath, $"{files.CertificatePath} is PKCS#12 and holds its key itself");
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        X509Certificate2Collection certificates = Certificates(path, Text(Bytes(path)));
        return certificates.Any(ClientCertificates.IsAuthority) ? certificates
            : throw new CertificateException(path, "it holds no certificate of an authority; no client could get in");
    }

    private static X509Certificate2Collection Certificates(string path, string text)
    {
        if (!text.Contains(PemCertificate, StringComparison.Ordinal))
        {
            throw new CertificateException(path, "it holds no certificate as PEM");
        }

        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(text);
            return certificates;
        }
        catch (CryptographicException e)
        {
            throw new CertificateException(path, "a certificate in it is damaged", e);
        }
    }

    private static bool IsPem(byte[] bytes) => Text(bytes).Contains(PemStart, StringComparison.Ordinal);

    private static string Text(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);

    private static byte[] Bytes(string path)
    {
        if (FileKind.IsNoFile(path) && !Directory.Exists(path))
        {
            throw new CertificateException(path, "it is a pipe, a device or a socket, and no file");
        }

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException(path, e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => Directory.Exists(path) ? "it is a folder" : "permission denied",
                _ => e.Message,
            }, e);
        }
    }
}
