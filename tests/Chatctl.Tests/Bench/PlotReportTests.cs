using System.Globalization;
using System.Xml.Linq;
using Chatctl.Bench;
using Chatctl.Bench.Plotting;

namespace Chatctl.Tests.Bench;

/// <summary>The picture of a run, drawn from known samples.</summary>
public sealed class PlotReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly BenchOptions Options = new() { Clients = 20, Senders = 19, Duration = TimeSpan.FromSeconds(4) };

    [Fact]
    public void Each_relay_has_a_curve_for_each_percentile_and_one_for_the_deliveries()
    {
        XDocument picture = Draw(Run("async", [1, 1, 1, 1]), Run("saea", [1, 1, 1, 1]));
        Assert.Equal(
            [
                "async: p50", "async: p90", "async: p99", "async: p99.9", "async: deliveries a second",
                "saea: p50", "saea: p90", "saea: p99", "saea: p99.9", "saea: deliveries a second",
            ],
            Curves(picture).Select(curve => curve.Element(Svg + "title")!.Value));
        Assert.All(Curves(picture), curve => Assert.Equal(4, Points(curve).Length));
    }

    [Fact]
    public void A_value_is_drawn_where_its_axis_says()
    {
        // Percentiles of 1, 2, 10 and 100 times the median: the axis spans three decades, from 0.1 to 100 ms.
        XDocument picture = Draw(Run("a", [0.1, 1, 1, 1]));
        (double X, double Y)[] median = Points(Curve(picture, "a: p50"));
        double tick = Tick(picture, "0.1"), next = Tick(picture, "1"), top = Tick(picture, "100");
        Assert.Equal(tick, median[0].Y, 0.11);
        Assert.Equal(next, median[1].Y, 0.11);
        Assert.Equal(top, Points(Curve(picture, "a: p99.9"))[1].Y, 0.11);

        // The middles of four slices of a second, on an axis that ends at 4 s.
        Assert.Equal(median[1].X - median[0].X, median[3].X - median[2].X, 0.21);
        Assert.Equal(Panel.Width / 4, median[1].X - median[0].X, 0.11);
    }

    [Fact]
    public void Deliveries_are_drawn_as_deliveries_a_second_from_zero()
    {
        XDocument picture = Draw(Run("a", [1, 1, 1, 1], [0, 1000, 2000, 500]));
        double[] heights = [.. Points(Curve(picture, "a: deliveries a second")).Select(point => point.Y)];
        double floor = heights[0];
        Assert.Equal((floor - heights[2]) / 2, floor - heights[1], 0.11);
        Assert.Equal((floor - heights[2]) / 4, floor - heights[3], 0.11);
        Assert.Equal(Panel.Height, floor - heights[2], 0.11);
    }

    [Fact]
    public void All_relays_have_the_same_axes()
    {
        XDocument picture = Draw(Run("slow", [100, 100]), Run("fast", [0.1, 100]));
        double slow = Points(Curve(picture, "slow: p50"))[1].Y, fast = Points(Curve(picture, "fast: p50"))[1].Y;
        double slowFirst = Points(Curve(picture, "slow: p50"))[0].Y, fastFirst = Points(Curve(picture, "fast: p50"))[0].Y;
        Assert.Equal(slow, slowFirst);
        Assert.True(fastFirst - fast > Panel.Height / 3);
    }

    [Fact]
    public void A_curve_is_broken_where_no_line_arrived()
    {
        XDocument picture = Draw(Run("a", [1, null, 1, 1]));
        string path = Curve(picture, "a: p50").Attribute("d")!.Value;
        Assert.Equal(2, path.Count(c => c == 'M'));
        Assert.Equal(1, path.Count(c => c == 'L'));
        Assert.Contains(" h0", path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_single_delivery_is_drawn_too()
    {
        XDocument picture = Draw(Run("a", [null, null], [0, 0]), Run("b", []));
        Assert.Equal(10, Curves(picture).Length);
        Assert.Equal("", Curve(picture, "a: p50").Attribute("d")!.Value);
    }

    [Fact]
    public void Both_axes_name_their_unit_and_the_title_is_the_command()
    {
        XDocument picture = Draw(Run("a", [1]));
        Assert.Equal("utf-8", picture.Declaration!.Encoding);
        string[] texts = [.. picture.Descendants(Svg + "text").Select(text => text.Value)];
        Assert.Contains("latency (ms)", texts);
        Assert.Contains("deliveries a second", texts);
        Assert.Contains("time since the warm-up (s)", texts);
        Assert.Equal("chatctl bench --clients 20", picture.Root!.Element(Svg + "title")!.Value);
        Assert.Equal("chatctl bench --clients 20", texts[0]);
    }

    [Fact]
    public void Light_and_dark_each_have_their_colours()
    {
        string style = Draw(Run("a", [1])).Descendants(Svg + "style").Single().Value;
        string[] halves = style.Split("@media (prefers-color-scheme: dark)");
        Assert.Equal(2, halves.Length);
        Assert.All(["text", ".page", ".grid", ".axis", ".p50", ".p90", ".p99", ".p999", ".deliveries"], name =>
            Assert.All(halves, half => Assert.Contains($"{name} {{", half, StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_from_outside_cannot_break_the_picture()
    {
        XDocument picture = Draw("chatctl bench '<&\u0001\"'", Run("unix:/tmp/<a>&\u0007", [1]));
        Assert.Equal(@"chatctl bench '<&\u{1}""'", picture.Root!.Element(Svg + "title")!.Value);
        Assert.Equal(@"unix:/tmp/<a>&\u{7}: p50", Curves(picture)[0].Element(Svg + "title")!.Value);
    }

    [Fact]
    public void A_long_command_goes_on_in_a_second_line_of_the_title()
    {
        string command = "chatctl bench " + new string('x', 150);
        XDocument picture = Draw(command, Run("a", [1]));
        Assert.Equal(command, string.Concat(picture.Descendants(Svg + "text").Where(text => text.Attribute("class")!.Value == "title").Select(text => text.Value)));
    }

    [Fact]
    public void A_line_of_the_title_does_not_end_in_the_middle_of_a_character()
    {
        // The emoji are two UTF-16 units each. The odd one before them makes a line of any even or odd length end within one of them.
        foreach (string before in (string[])["", "x"])
        {
            string command = before + string.Concat(Enumerable.Repeat("\U0001F600", 150));
            XDocument picture = Draw(command, Run("a", [1]));
            string[] lines = [.. picture.Descendants(Svg + "text").Where(text => text.Attribute("class")!.Value == "title").Select(text => text.Value)];
            Assert.True(lines.Length > 1);
            Assert.Equal(command, string.Concat(lines));
        }
    }

    [Theory]
    [InlineData("chatctl bench --rate max", "chatctl", "bench", "--rate", "max")]
    [InlineData(@"chatctl bench 'a b' '' 'it'\''s'", "chatctl", "bench", "a b", "", "it's")]
    public void A_command_is_written_as_a_shell_reads_it(string expected, params string[] words) => Assert.Equal(expected, ShellWords.Join(words));

    private static XDocument Draw(params Figures[] runs) => Draw("chatctl bench --clients 20", runs);

    private static XDocument Draw(string command, params Figures[] runs)
    {
        using var output = new MemoryStream();
        PlotReport.Write(output, command, Options, runs);
        Assert.Equal((byte)'<', output.ToArray()[0]);
        output.Position = 0;
        return XDocument.Load(output);
    }

    /// <summary>A run of one slice a second.</summary>
    private static Figures Run(string name, double?[] medians, long[]? deliveries = null) => new()
    {
        Name = name,
        Endpoint = "tcp://127.0.0.1:1",
        Faults = new Faults(),
        Slices =
        [
            .. medians.Select((median, i) => new Slice
            {
                Start = TimeSpan.FromSeconds(i),
                Length = TimeSpan.FromSeconds(1),
                Deliveries = deliveries?[i] ?? 1000,
                P50 = Times(median, 1),
                P90 = Times(median, 2),
                P99 = Times(median, 10),
                P999 = Times(median, 100),
            }),
        ],
    };

    private static TimeSpan? Times(double? milliseconds, int factor) => milliseconds is { } value ? TimeSpan.FromMilliseconds(value * factor) : null;

    private static XElement[] Curves(XDocument picture) => [.. picture.Descendants(Svg + "path")];

    private static XElement Curve(XDocument picture, string name) => Assert.Single(Curves(picture), curve => curve.Element(Svg + "title")!.Value == name);

    private static (double X, double Y)[] Points(XElement curve) =>
    [
        .. curve.Attribute("d")!.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(step => step != "h0").Select(step =>
        {
            string[] numbers = step[1..].Split(',');
            return (double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
        }),
    ];

    /// <summary>The height of a value's line in the first panel; its name is four pixels lower.</summary>
    private static double Tick(XDocument picture, string name) =>
        double.Parse(picture.Descendants(Svg + "text").First(text => text.Value == name && text.Attribute("text-anchor")!.Value == "end").Attribute("y")!.Value, CultureInfo.InvariantCulture) - 4;
}
