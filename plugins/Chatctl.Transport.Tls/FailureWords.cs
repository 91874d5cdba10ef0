using System.Text.RegularExpressions;

namespace Chatctl.Transport.Tls;

/// <summary>Says in words why a handshake has failed. The library under TLS only has codes and phrases of its own.</summary>
internal static partial class FailureWords
{
    /// <summary>The phrases of OpenSSL, and what they mean for who reads the log.</summary>
    private static readonly (string Phrase, string Meaning)[] Known =
    [
        ("unknown ca", "it does not know the authority of this server's certificate"),
        ("UnknownCA", "it does not know the authority of this server's certificate"),
        ("certificate expired", "it says that this server's certificate has ended"),
        ("CertificateExpired", "it says that this server's certificate has ended"),
        ("bad certificate", "it does not accept this server's certificate"),
        ("BadCertificate", "it does not accept this server's certificate"),
        ("certificate unknown", "it does not accept this server's certificate"),
        ("CertificateUnknown", "it does not accept this server's certificate"),
        ("unsupported protocol", "it speaks neither TLS 1.2 nor TLS 1.3"),
        ("no application protocol", "it asked for a protocol that is not chatctl/1"),
        ("no shared cipher", "it knows none of the ciphers that this server allows"),
        ("cert_verify", "its certificate is not valid"),
    ];

    /// <summary>The meaning of a failure, as a sentence about the peer.</summary>
    /// <param name="failure">The exception, with the causes inside it.</param>
    public static string Of(Exception failure)
    {
        string[] messages = [.. Chain(failure).Select(cause => cause.Message)];
        string? known = Known.FirstOrDefault(it => messages.Any(message => message.Contains(it.Phrase, StringComparison.Ordinal))).Meaning;
        return known ?? $"the handshake failed: {Code().Replace(messages[^1], "").Trim()}";
    }

    private static IEnumerable<Exception> Chain(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
        {
            yield return failure;
        }
    }

    [GeneratedRegex("error:[0-9A-F]+:[^:]*::")]
    private static partial Regex Code();
}
