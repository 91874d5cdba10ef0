using System.Text;

namespace Chatctl.Core.Tests.Model;

/// <summary>Writes a text as the protocol does, in both directions.</summary>
internal static class Wire
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The member that holds a text: <c>text</c>, or <c>base64</c> if it is not UTF-8.</summary>
    public static string Text(byte[] text)
    {
        try
        {
            return $"\"text\":\"{Strict.GetString(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
        }
        catch (DecoderFallbackException)
        {
            return $"\"base64\":\"{Convert.ToBase64String(text)}\"";
        }
    }
}
