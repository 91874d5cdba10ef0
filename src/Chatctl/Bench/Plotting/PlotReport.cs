using System.Globalization;
using Chatctl.Io;

namespace Chatctl.Bench.Plotting;

/// <summary>
/// The figures over the time of the run, as an SVG picture: for each relay a panel with the percentiles of latency and a panel with the deliveries
/// a second. All relays have the same axes, so that they can be compared by eye.
/// </summary>
internal static class PlotReport
{
    private const double Left = 64, Between = 96, Right = 24, TitleLine = 20, RowHeader = 62, RowGap = 14;
    private const double Width = Left + Panel.Width + Between + Panel.Width + Right;
    private const int MostTitleLength = 105;

    private static readonly (string Kind, string Name, Func<Slice, TimeSpan?> Latency)[] Percentiles =
    [
        ("p50", "p50", slice => slice.P50),
        ("p90", "p90", slice => slice.P90),
        ("p99", "p99", slice => slice.P99),
        ("p999", "p99.9", slice => slice.P999),
    ];

    /// <summary>Writes the picture.</summary>
    /// <param name="output">Where it goes; stays open.</param>
    /// <param name="command">The command that made the picture. It becomes the title.</param>
    /// <param name="options">The load.</param>
    /// <param name="runs">What was measured.</param>
    public static void Write(Stream output, string command, BenchOptions options, IReadOnlyList<Figures> runs)
    {
        string title = Printable.Of(command);
        string[] titleLines = Wrap(title);
        double top = 16 + (TitleLine * (titleLines.Length + 1));
        double rowHeight = RowHeader + Panel.OuterHeight + RowGap;
        using var svg = new Svg(output, Width, top + (runs.Count * rowHeight), title);
        for (int i = 0; i < titleLines.Length; i++)
        {
            svg.WriteText("title", 16, 24 + (i * TitleLine), titleLines[i]);
        }

        svg.WriteText("note", 16, 24 + (titleLines.Length * TitleLine), Describe(options));
        (Axis time, double unit) = TimeAxis(options.Duration);
        Axis latency = LatencyAxis(runs);
        var rate = Axis.Linear("deliveries a second", runs.SelectMany(run => run.Slices).Select(slice => slice.DeliveryRate).DefaultIfEmpty().Max(), true, PlainReport.Amount);
        foreach (Figures run in runs)
        {
            DrawRow(svg, run, time, unit, latency, rate, top);
            top += rowHeight;
        }
    }

    private static void DrawRow(Svg svg, Figures run, Axis time, double unit, Axis latency, Axis rate, double top)
    {
        string name = Printable.Of(run.Name);
        svg.WriteText("name", 16, top + 18, name);
        var left = new Panel(svg, time, latency, Left, top + RowHeader);
        left.DrawAxes();
        foreach ((string kind, string percentile, Func<Slice, TimeSpan?> value) in Percentiles)
        {
            left.DrawCurve(kind, $"{name}: {percentile}", run.Slices.Select(slice => (Middle(slice, unit), value(slice)?.TotalMilliseconds)));
        }

        left.DrawLegend([.. Percentiles.Select(percentile => (percentile.Kind, percentile.Name))]);
        var right = new Panel(svg, time, rate, Left + Panel.Width + Between, top + RowHeader);
        right.DrawAxes();
        right.DrawCurve("deliveries", $"{name}: deliveries a second", run.Slices.Select(slice => (Middle(slice, unit), (double?)slice.DeliveryRate)));
        string whole = string.Create(
            CultureInfo.InvariantCulture,
            $"whole run: p50 {PlainReport.Time(run.P50.TotalNanoseconds)}, p99 {PlainReport.Time(run.P99.TotalNanoseconds)}, {PlainReport.Amount(run.DeliveryRate)} deliveries/s, faults: {run.Faults}");
        svg.WriteText("note", Width - Right, top + 18, whole, "end");
    }

    private static double Middle(Slice slice, double unit) => (slice.Start + (slice.Length / 2)) / TimeSpan.FromSeconds(unit);

    private static (Axis Axis, double SecondsAUnit) TimeAxis(TimeSpan duration)
    {
        (string name, double unit) = duration.TotalSeconds switch { < 600 => ("s", 1), < 36_000 => ("min", 60), _ => ("h", 3600.0) };
        return (Axis.Linear($"time since the warm-up ({name})", duration.TotalSeconds / unit, false, value => value.ToString("0.###", CultureInfo.InvariantCulture)), unit);
    }

    private static Axis LatencyAxis(IReadOnlyList<Figures> runs)
    {
        // This axis has no 0. The histograms count in microseconds, so a shorter latency is drawn as one microsecond.
        double[] values = [.. runs.SelectMany(run => run.Slices).SelectMany(slice => Percentiles.Select(percentile => percentile.Latency(slice)))
            .OfType<TimeSpan>().Select(latency => Math.Max(latency.TotalMilliseconds, 0.001)).DefaultIfEmpty(1)];
        return Axis.Logarithmic("latency (ms)", values.Min(), values.Max());
    }

    private static string Describe(BenchOptions options)
    {
        string rate = options.Saturates ? "as many lines as the relay takes" : string.Create(CultureInfo.InvariantCulture, $"{options.Rate:0.##} lines/s in all");
        string sessions = options.Sessions > 0 ? $", {options.Sessions} of them sessions" : "";
        string resets = options.Resets > 0 ? string.Create(CultureInfo.InvariantCulture, $", {options.Resets:0.##} resets/s") : "";
        string stalled = options.Stalled > 0 ? $", {options.Stalled} stalled" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Clients} clients{sessions}{stalled}, {options.Senders} of them send, {rate}{resets}, {options.Size} bytes a line; measured for {options.Duration.TotalSeconds:0.###} s after {options.Warmup.TotalSeconds:0.###} s of warm-up");
    }

    private static string[] Wrap(string text) =>
        [.. text.EnumerateRunes().Chunk(MostTitleLength).Select(part => string.Concat(part.Select(rune => rune.ToString())))];
}
