using System.Globalization;
using System.Text;
using Wcwidth;

namespace Chatctl.Terminal;

/// <summary>
/// Works with what a person sees as one character: a letter with its accents, or an emoji with its parts. A position is an offset in
/// UTF-16 units between two such characters.
/// </summary>
internal static class TextElements
{
    private const char EmojiPresentation = '\ufe0f';

    /// <summary>The position after the character at <paramref name="position"/>. At the end of the text it is the end.</summary>
    public static int Next(string text, int position) => position + StringInfo.GetNextTextElementLength(text.AsSpan(position));

    /// <summary>The position before the character that ends at <paramref name="position"/>. At the start it is 0.</summary>
    public static int Previous(string text, int position)
    {
        // It searches from the start, because a search from behind cannot know where a character begins.
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

    /// <summary>The start of the word before a position, where only white space separates words.</summary>
    public static int PreviousBlankWord(string text, int position) => PreviousWord(text, position, static (text, at) => !char.IsWhiteSpace(text[at]));

    /// <summary>The most columns that a character may take. Terminals do not agree on the width of every character.</summary>
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
