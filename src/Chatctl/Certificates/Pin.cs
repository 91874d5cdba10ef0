using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Cli;

namespace Chatctl.Certificates;

/// <summary>
/// The SHA-256 of a public key as X.509 writes it (SubjectPublicKeyInfo), in base64: what RFC 7469 and <c>curl --pinnedpubkey</c> call a pin. A new
/// certificate for the same key has the same pin.
/// </summary>
/// <param name="Digest">32 bytes in base64.</param>
internal readonly record struct Pin(string Digest)
{
    private const string Prefix = "sha256:";

    /// <summary>How a pin is written.</summary>
    public static ValueSyntax<Pin> Syntax { get; } = new("a pin such as sha256:BASE64, as 'chatctl cert pin FILE' prints it", TryParse);

    /// <summary>The pin of a certificate's key.</summary>
    /// <param name="certificate">The certificate.</param>
    public static Pin Of(X509Certificate2 certificate) => new(Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())));

    /// <inheritdoc/>
    public override string ToString() => Prefix + Digest;

    private static bool TryParse(string text, out Pin pin)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        bool isPin = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(text[Prefix.Length..], digest, out int length) && length == digest.Length;
        pin = isPin ? new Pin(Convert.ToBase64String(digest)) : default;
        return isPin;
    }
}
