using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Cli;

namespace Chatctl.Certificates;

/// <summary>
/// A pin is the SHA-256 of a public key as X.509 writes it (SubjectPublicKeyInfo), in base64: as in RFC 7469 and <c>curl --pinnedpubkey</c>. A new
/// certificate for the same key has the same pin.
/// </summary>
internal static class Pin
{
    private const string Prefix = "sha256:";

    /// <summary>How a pin is written.</summary>
    public static ValueSyntax<string> Syntax { get; } = new("a pin such as sha256:BASE64, as 'chatctl cert pin FILE' prints it", TryParse);

    /// <summary>The pin of a certificate's key.</summary>
    /// <param name="certificate">The certificate.</param>
    public static string Of(X509Certificate2 certificate) => Prefix + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static bool TryParse(string text, out string value)
    {
        // There is one way to write a digest, so pins can be compared as texts.
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        bool isPin = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(text[Prefix.Length..], digest, out int length) && length == digest.Length;
        value = isPin ? Prefix + Convert.ToBase64String(digest) : "";
        return isPin;
    }
}
