using System.Globalization;

namespace Chatctl.Terminal;

/// <summary>How a terminal shows that some text matters less, and whose a name is. It makes no other difference than these two.</summary>
internal sealed class Palette
{
    // Each of these has a contrast of 4 or more on black and on white. Their numbers are those of xterm.
    private static readonly int[] OfMany = [27, 28, 30, 31, 63, 64, 98, 129, 130, 131, 161, 164];

    // Terminals with few colours are mostly dark. Blue is hard to read there, and yellow on white.
    private static readonly int[] OfFew = [31, 32, 35, 36];

    private readonly int[] _colours;

    private Palette(int[] colours) => _colours = colours;

    /// <summary>No escape sequence at all.</summary>
    public static Palette None { get; } = new([]);

    /// <summary>For a terminal with 8 or 16 colours.</summary>
    public static Palette Few { get; } = new(OfFew);

    /// <summary>For a terminal with 256 colours.</summary>
    public static Palette Many { get; } = new(OfMany);

    /// <summary>Chooses by what the environment says about the terminal.</summary>
    /// <param name="isPlain">Whether the person wants no escape sequences.</param>
    /// <param name="variable">Gets a variable of the environment.</param>
    public static Palette Choose(bool isPlain, Func<string, string?> variable)
    {
        string terminal = variable("TERM") ?? "";
        return isPlain || terminal is "" or "dumb" || variable("NO_COLOR") is { Length: > 0 } ? None
            : terminal.Contains("256color", StringComparison.Ordinal) || variable("COLORTERM") is { Length: > 0 } ? Many
            : Few;
    }

    /// <summary>A text that matters less.</summary>
    /// <param name="text">Safe for a terminal, without line ends.</param>
    public string Dim(string text) => _colours.Length == 0 ? text : $"\e[2m{text}\e[22m";

    /// <summary>A name, in a colour that depends on it.</summary>
    /// <param name="name">Safe for a terminal, without line ends.</param>
    public string Name(string name)
    {
        if (_colours.Length == 0)
        {
            return name;
        }

        int colour = _colours[Hash(name) % (uint)_colours.Length];
        return _colours == OfMany
            ? string.Create(CultureInfo.InvariantCulture, $"\e[38;5;{colour}m{name}\e[39m")
            : string.Create(CultureInfo.InvariantCulture, $"\e[{colour}m{name}\e[39m");
    }

    /// <summary>FNV-1a. A string's own hash code is another one in each run.</summary>
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char unit in text)
        {
            hash = unchecked((hash ^ unit) * 16777619);
        }

        return hash;
    }
}
