namespace Chatctl.Bench.Plotting;

/// <summary>A rectangle with two axes, and curves in it.</summary>
/// <param name="svg">The picture that it is part of.</param>
/// <param name="x">The axis below.</param>
/// <param name="y">The axis on the left.</param>
/// <param name="left">Where the rectangle begins, in pixels; the names of the values stand outside of it.</param>
/// <param name="top">Its upper edge.</param>
internal sealed class Panel(Svg svg, Axis x, Axis y, double left, double top)
{
    /// <summary>How wide a panel is, in pixels, without the names of the values.</summary>
    public const double Width = 370;

    /// <summary>How high a panel is, in pixels, without the names of the values.</summary>
    public const double Height = 150;

    private const double Bottom = 34, CharacterGap = 6, SwatchWidth = 16, EntryWidth = 58;

    /// <summary>The height of a panel with the names of the values below it.</summary>
    public const double OuterHeight = Height + Bottom;

    /// <summary>Draws the axes, and a line across the panel for each value that they name.</summary>
    public void DrawAxes()
    {
        foreach ((double value, string text) in y.Ticks)
        {
            svg.DrawLine("grid", left, AtY(value), left + Width, AtY(value));
            svg.WriteText("note", left - CharacterGap, AtY(value) + 4, text, "end");
        }

        foreach ((double value, string text) in x.Ticks)
        {
            svg.DrawLine("grid", AtX(value), top, AtX(value), top + Height);
            svg.WriteText("note", AtX(value), top + Height + 15, text, "middle");
        }

        svg.DrawLine("axis", left, top, left, top + Height);
        svg.DrawLine("axis", left, top + Height, left + Width, top + Height);
        svg.WriteText("note", left + (Width / 2), top + Height + 30, x.Label, "middle");
        svg.WriteText("note", left, top - 8, y.Label);
    }

    /// <summary>Draws a curve.</summary>
    /// <param name="kind">Its class in the style sheet.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="points">The values; a point whose second value is null is missing.</param>
    public void DrawCurve(string kind, string name, IEnumerable<(double X, double? Y)> points) =>
        svg.DrawCurve(kind, name, [.. points.Select(point => point.Y is { } value ? (AtX(point.X), AtY(value)) : ((double, double)?)null)]);

    /// <summary>Says above the panel which curve is which.</summary>
    /// <param name="entries">The curves, each with its class in the style sheet.</param>
    public void DrawLegend(IReadOnlyList<(string Kind, string Name)> entries)
    {
        double at = left + Width - (entries.Count * EntryWidth);
        foreach ((string kind, string name) in entries)
        {
            svg.DrawLine($"line {kind}", at, top - 12, at + SwatchWidth, top - 12);
            svg.WriteText("note", at + SwatchWidth + 4, top - 8, name);
            at += EntryWidth;
        }
    }

    private double AtX(double value) => left + (x.At(value) * Width);

    private double AtY(double value) => top + ((1 - y.At(value)) * Height);
}
