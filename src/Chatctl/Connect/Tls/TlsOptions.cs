using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Certificates;
using Chatctl.Cli;

namespace Chatctl.Connect.Tls;

/// <summary>How a client knows the server, and what it shows of itself.</summary>
internal sealed record TlsOptions
{
    /// <summary>The authorities to trust and no others; null for those of the system.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>The file that they are from, for messages.</summary>
    public string? RootsFile { get; init; }

    /// <summary>The pins of the keys that the server may have. If there are some, nothing else counts.</summary>
    public IReadOnlyList<string> Pins { get; init; } = [];

    /// <summary>Whether any server is taken.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>This client's certificate, with its key and the certificates between it and its authority; null to have none.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>Whether TLS 1.2 is taken from a server that has no newer one.</summary>
    public bool TakesTls12 { get; init; }

    /// <summary>What the user has said.</summary>
    /// <param name="ca">A file of authorities; null for those of the system.</param>
    /// <param name="pins">Pins.</param>
    /// <param name="isInsecure">Whether any server is taken.</param>
    /// <param name="cert">This client's certificate in PEM, and after it those between it and its authority; null to have none.</param>
    /// <param name="key">Its private key in PEM; null if that is in the same file.</param>
    /// <param name="leastVersion">The oldest version of TLS to accept.</param>
    /// <exception cref="UsageException">A file cannot be read, or has something else in it.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TlsOptions Of(string? ca, IReadOnlyList<string> pins, bool isInsecure, string? cert, string? key, string leastVersion)
    {
        if (key is not null && cert is null)
        {
            throw new UsageException("--key is the key of a certificate, and there is no --cert");
        }

        return new TlsOptions
        {
            RootsFile = ca,
            Roots = ca is null ? null : CertificateFiles.ReadAll(ca),
            Pins = pins,
            IsInsecure = isInsecure,
            Certificate = cert is null ? null : OwnCertificate(cert, key ?? cert),
            TakesTls12 = leastVersion == TlsSyntax.Tls12,
        };
    }

    private static SslStreamCertificateContext OwnCertificate(string file, string key)
    {
        X509Certificate2 own = CertificateFiles.ReadPair(file, key);
        if (OperatingSystem.IsWindows())
        {
            // There TLS does not take a key that is in memory only.
            own = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        }

        X509Certificate2Collection chain = CertificateFiles.ReadAll(file);
        chain.RemoveAt(0);
        try
        {
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (CryptographicException e)
        {
            throw new UsageException($"{file} cannot be used: {e.Message}");
        }
    }
}
