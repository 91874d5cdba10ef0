using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Chatctl.Core.Access;

/// <summary>A token: a secret that says who shows it. It has 256 random bits, so its hash needs neither salt nor many rounds.</summary>
public static class AccessToken
{
    /// <summary>What a token begins with, so that people and programs that look for leaked secrets recognise it.</summary>
    public const string Prefix = "chatctl_";

    /// <summary>What the proof of a token begins with. The hash follows in hexadecimal digits.</summary>
    public const string ProofPrefix = "token:sha256:";

    private const int SecretBytes = 32;

    /// <summary>Makes a new token.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Whether a text has the form of a token.</summary>
    /// <param name="text">The text.</param>
    public static bool IsToken(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Prefix.Length), out int bytes) && bytes == SecretBytes
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
    }

    /// <summary>The proof that stands in the rules for a token.</summary>
    /// <param name="token">The token.</param>
    public static string ProofOf(string token) => ProofPrefix + Convert.ToHexStringLower(Hash(token));

    /// <summary>The hash of a token.</summary>
    internal static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
