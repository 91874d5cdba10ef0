using System.Globalization;
using System.Text;
using Wcwidth;

namespace Chatctl.Terminal;

/// <summary>What a person takes for one character: a letter with its accents, an emoji with its parts. Positions are in UTF-16, between two of them.</summary>
internal static class TextElements
{
    private const char EmojiPresentation = '\ufe0f';

    /// <summary>The position after the character at <paramref name="position"/>; the end at the end.</summary>
    public static int Next(string text, int position) => position + StringInfo.GetNextTextElementLength(text.AsSpan(position));

    /// <summary>The position before the character that ends at <paramref name="position"/>; 0 at the start.</summary>
    public static int Previous(string text, int position)
    {
        // From the start, since where a character begins cannot be told from behind.
        int start = 0;
        while (start < position)
        {
            int next = Next(text, start);
            if (next >= position)
            {
                break;
            }

            start = next;
        }

        return start;
    }

    /// <summary>The end of the word at or after a position.</summary>
    public static int NextWord(string text, int position)
    {
        while (position < text.Length && !IsWord(text, position))
        {
            position = Next(text, position);
        }

        while (position < text.Length && IsWord(text, position))
        {
            position = Next(text, position);
        }

        return position;
    }

    /// <summary>The start of the word before a position.</summary>
    public static int PreviousWord(string text, int position) => PreviousWord(text, position, IsWord);

    /// <summary>The start of the word before a position, where only white space parts words.</summary>
    public static int PreviousBlankWord(string text, int position) => PreviousWord(text, position, static (text, at) => !char.IsWhiteSpace(text[at]));

    /// <summary>How many columns a character takes at most. Terminals do not agree on all of them.</summary>
    /// <param name="element">One character.</param>
    public static int Width(ReadOnlySpan<char> element)
    {
        int width = 0;
        foreach (Rune rune in element.EnumerateRunes())
        {
            width += Math.Max(0, rune.IsAscii ? 1 : UnicodeCalculator.GetWidth(rune));
        }

        return element.Contains(EmojiPresentation) ? Math.Max(2, width) : width;
    }

    private static int PreviousWord(string text, int position, Func<string, int, bool> isWord)
    {
        int[] starts = StringInfo.ParseCombiningCharacters(text[..position]);
        int index = starts.Length;
        while (index > 0 && !isWord(text, starts[index - 1]))
        {
            index--;
        }

        while (index > 0 && isWord(text, starts[index - 1]))
        {
            index--;
        }

        return index < starts.Length ? starts[index] : position;
    }

    private static bool IsWord(string text, int position) =>
        Rune.TryGetRuneAt(text, position, out Rune rune) && (Rune.IsLetterOrDigit(rune) || rune.Value == '_');
}
