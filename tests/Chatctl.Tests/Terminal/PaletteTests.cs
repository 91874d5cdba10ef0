using System.Globalization;
using System.Text.RegularExpressions;
using Chatctl.Terminal;

namespace Chatctl.Tests.Terminal;

public sealed class PaletteTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 500).Select(number => $"name {number}")];

    [Theory]
    [InlineData(false, "xterm", "", "", nameof(Palette.Few))]
    [InlineData(false, "xterm-256color", "", "", nameof(Palette.Many))]
    [InlineData(false, "xterm", "truecolor", "", nameof(Palette.Many))]
    [InlineData(false, "xterm-256color", "truecolor", "1", nameof(Palette.None))]
    [InlineData(false, "dumb", "truecolor", "", nameof(Palette.None))]
    [InlineData(false, null, "truecolor", "", nameof(Palette.None))]
    [InlineData(true, "xterm-256color", "truecolor", "", nameof(Palette.None))]
    public void The_environment_and_the_person_choose_it(bool isPlain, string? terminal, string colours, string noColour, string expected)
    {
        var chosen = Palette.Choose(isPlain, name => name switch { "TERM" => terminal, "COLORTERM" => colours, "NO_COLOR" => noColour, _ => null });
        Assert.Same(typeof(Palette).GetProperty(expected)!.GetValue(null), chosen);
    }

    [Fact]
    public void A_name_has_the_same_colour_each_time_and_every_colour_is_used()
    {
        Assert.Equal(12, Names.Select(name => Palette.Many.Name(name).Replace(name, "", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(4, Names.Select(name => Palette.Few.Name(name).Replace(name, "", StringComparison.Ordinal)).Distinct().Count());

        // These are the colours of every run and every machine.
        Assert.Equal("\e[38;5;130mann\e[39m", Palette.Many.Name("ann"));
        Assert.Equal("\e[31mbob\e[39m", Palette.Few.Name("bob"));
        Assert.Equal("bob", Palette.None.Name("bob"));
    }

    [Fact]
    public void Each_of_many_colours_can_be_read_on_black_and_on_white()
    {
        foreach (string name in Names)
        {
            int colour = int.Parse(Regex.Match(Palette.Many.Name(name), @"^\e\[38;5;(\d+)m").Groups[1].Value, CultureInfo.InvariantCulture) - 16;
            double luminance = (0.2126 * Linear(colour / 36)) + (0.7152 * Linear(colour / 6 % 6)) + (0.0722 * Linear(colour % 6));
            Assert.True((luminance + 0.05) / 0.05 >= 4 && 1.05 / (luminance + 0.05) >= 4, $"colour {colour + 16}");
        }
    }

    /// <summary>The intensity of a part of a colour, from its place in xterm's cube of 6 × 6 × 6.</summary>
    private static double Linear(int place)
    {
        double value = (place == 0 ? 0 : 55 + (40 * place)) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
