using System.Text.RegularExpressions;

namespace Chatctl.Transport.Tls;

/// <summary>Says in words why a handshake has failed. The library under TLS only has codes and phrases of its own.</summary>
internal static partial class FailureWords
{
    /// <summary>The phrases of OpenSSL and of .NET, which differ in spaces and capital letters, and what they mean for who reads the log.</summary>
    private static readonly (string Phrase, string Meaning)[] Known =
    [
        ("unknownca", "it does not know the authority of this server's certificate"),
        ("certificateexpired", "it says that this server's certificate has ended"),
        ("badcertificate", "it does not accept this server's certificate"),
        ("certificateunknown", "it does not accept this server's certificate"),
        ("unsupportedprotocol", "it speaks neither TLS 1.2 nor TLS 1.3"),
        ("noapplicationprotocol", "it asked for a protocol that is not chatctl/1"),
        ("nosharedcipher", "it knows none of the ciphers that this server allows"),
    ];

    /// <summary>The meaning of a failure, as a sentence about the peer.</summary>
    /// <param name="failure">The exception, with the causes inside it.</param>
    public static string Of(Exception failure)
    {
        string[] messages = [.. Chain(failure).Select(cause => cause.Message)];
        string all = string.Concat(messages).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return Known.FirstOrDefault(it => all.Contains(it.Phrase, StringComparison.Ordinal)).Meaning
            ?? $"the handshake failed: {Code().Replace(messages[^1], "").Trim()}";
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
