using System.Globalization;
using System.Text;
using Chatctl.Core;

namespace Chatctl.Io;

/// <summary>Makes text from outside (a peer's address, a path, an exception's message) one line that cannot command a terminal.</summary>
/// <remarks>
/// It escapes line breaks, every control character, the characters that <see cref="Invisible"/> hides, and invalid UTF-16. Backslashes stay as
/// they are, so the result is for people, and a program cannot turn it back. The JSON log is for programs.
/// </remarks>
internal static class Printable
{
    /// <summary>The text, escaped where it must be.</summary>
    /// <returns>Usually the same string, because there is nothing to escape.</returns>
    public static string Of(string text)
    {
        int clean = 0;
        while (clean < text.Length && text[clean] is >= ' ' and <= '~')
        {
            clean++;
        }

        return clean == text.Length ? text : Escape(text, clean);
    }

    private static string Escape(string text, int clean)
    {
        var escaped = new StringBuilder(text, 0, clean, text.Length + 16);
        Rune before = clean > 0 ? new Rune(text[clean - 1]) : default;
        while (clean < text.Length)
        {
            bool valid = Rune.TryGetRuneAt(text, clean, out Rune rune);
            int code = valid ? rune.Value : text[clean];
            int next = clean + (valid ? rune.Utf16SequenceLength : 1);
            Rune after = next < text.Length && Rune.TryGetRuneAt(text, next, out Rune following) ? following : default;
            if (valid && !Rune.IsControl(rune) && !Invisible.Hides(before, rune, after))
            {
                escaped.Append(text, clean, rune.Utf16SequenceLength);
                before = rune;
            }
            else
            {
                before = default;
                _ = code switch
                {
                    '\n' => escaped.Append(@"\n"),
                    '\r' => escaped.Append(@"\r"),
                    '\t' => escaped.Append(@"\t"),
                    _ => escaped.Append(CultureInfo.InvariantCulture, $@"\u{{{code:x}}}"),
                };
            }

            clean = next;
        }

        return escaped.ToString();
    }
}
