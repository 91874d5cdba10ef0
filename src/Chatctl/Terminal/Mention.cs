using System.Text;

namespace Chatctl.Terminal;

/// <summary>Finds a name in a text.</summary>
internal static class Mention
{
    /// <summary>Whether a name stands in a text as a word of its own. It makes no difference whether letters are capital.</summary>
    public static bool IsIn(string text, string name)
    {
        for (int at = 0; name.Length > 0 && (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            if (!EndsInWord(text.AsSpan(0, at)) && !BeginsWithWord(text.AsSpan(at + name.Length)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsInWord(ReadOnlySpan<char> text)
    {
        _ = Rune.DecodeLastFromUtf16(text, out Rune last, out _);
        return IsWord(last);
    }

    private static bool BeginsWithWord(ReadOnlySpan<char> text)
    {
        _ = Rune.DecodeFromUtf16(text, out Rune first, out _);
        return IsWord(first);
    }

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_';
}
