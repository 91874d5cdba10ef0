using System.Globalization;

namespace Chatctl.Bench.Plotting;

/// <summary>One axis of a panel: the values that it spans, and the values that it names.</summary>
internal sealed class Axis
{
    private const int MostDecadesWithSteps = 2;

    private readonly double _from;
    private readonly double _to;
    private readonly bool _isLogarithmic;

    private Axis(string label, double from, double to, bool isLogarithmic) => (Label, _from, _to, _isLogarithmic) = (label, from, to, isLogarithmic);

    /// <summary>What the axis shows, with its unit.</summary>
    public string Label { get; }

    /// <summary>The values that have a line across the panel, each with its text.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks { get; private init; } = [];

    /// <summary>An axis that begins at 0.</summary>
    /// <param name="label">What it shows, with its unit.</param>
    /// <param name="most">The largest value that it must hold.</param>
    /// <param name="endsAtTick">Whether it goes on to the next named value; otherwise it ends at <paramref name="most"/>.</param>
    /// <param name="format">How a named value is written.</param>
    public static Axis Linear(string label, double most, bool endsAtTick, Func<double, string> format)
    {
        const int WantedTicks = 5;
        double held = most > 0 ? most : 1;
        double raw = held / WantedTicks;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * ((raw / power) switch { <= 1.001 => 1, <= 2.001 => 2, <= 5.001 => 5, _ => 10 });
        double to = endsAtTick ? Math.Ceiling((held / step) - 1e-9) * step : held;
        int count = (int)Math.Floor((to / step) + 1e-9);
        return new Axis(label, 0, to, isLogarithmic: false)
        {
            Ticks = [.. Enumerable.Range(0, count + 1).Select(i => (i * step, format(i * step)))],
        };
    }

    /// <summary>An axis on which ten times as much is always the same distance. It begins and ends at a power of ten.</summary>
    /// <param name="label">What it shows, with its unit.</param>
    /// <param name="least">The smallest value that it must hold; more than 0.</param>
    /// <param name="most">The largest value that it must hold.</param>
    public static Axis Logarithmic(string label, double least, double most)
    {
        int first = (int)Math.Floor(Math.Log10(least) + 1e-9), last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(most) - 1e-9));
        double[] steps = last - first <= MostDecadesWithSteps ? [1, 2, 5] : [1];
        double end = Math.Pow(10, last);
        return new Axis(label, Math.Pow(10, first), end, isLogarithmic: true)
        {
            Ticks =
            [
                .. Enumerable.Range(first, last - first + 1)
                    .SelectMany(power => steps.Select(step => step * Math.Pow(10, power)))
                    .Where(value => value <= end * 1.001)
                    .Select(value => (value, value.ToString("0.######", CultureInfo.InvariantCulture))),
            ],
        };
    }

    /// <summary>Where a value lies: 0 is the beginning of the axis and 1 its end. A value outside is moved to the nearer of the two.</summary>
    public double At(double value)
    {
        double part = _isLogarithmic
            ? (Math.Log10(Math.Max(value, double.Epsilon)) - Math.Log10(_from)) / (Math.Log10(_to) - Math.Log10(_from))
            : (value - _from) / (_to - _from);
        return Math.Clamp(part, 0, 1);
    }
}
