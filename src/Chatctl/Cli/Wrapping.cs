namespace Chatctl.Cli;

/// <summary>Fits text into a terminal's width.</summary>
internal static class Wrapping
{
    /// <summary>The width that every terminal has.</summary>
    public const int Width = 80;

    /// <summary>Breaks a text into lines at its blanks. A word that is wider than a line has a line of its own.</summary>
    /// <param name="text">One paragraph.</param>
    /// <param name="width">The most characters of a line.</param>
    public static IEnumerable<string> Lines(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }

    /// <summary>A term and what it means: the meaning stands in a column of its own, with a hanging indent.</summary>
    /// <param name="term">What stands on the left. If it is too wide, the meaning begins on the next line.</param>
    /// <param name="meaning">What stands on the right.</param>
    /// <param name="column">Where the meaning begins.</param>
    public static IEnumerable<string> Item(string term, string meaning, int column)
    {
        string margin = new(' ', column);
        string left = $"  {term}";
        if (left.Length + 2 > column)
        {
            yield return left;
            left = "";
        }

        foreach (string line in Lines(meaning, Width - column))
        {
            yield return left.PadRight(column) + line;
            left = "";
        }

        if (left.Length > 0)
        {
            yield return left;
        }
    }
}
