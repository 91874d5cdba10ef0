using System.Globalization;

namespace Chatctl.Cli;

/// <summary>How an option's value is written.</summary>
/// <typeparam name="T">What it means.</typeparam>
/// <param name="Expectation">What a value looks like, as the end of "is not …".</param>
/// <param name="TryParse">Reads one; false if it is not one.</param>
internal sealed record ValueSyntax<T>(string Expectation, ValueSyntax<T>.Parser TryParse)
{
    /// <summary>Reads a value.</summary>
    public delegate bool Parser(string text, out T value);
}

/// <summary>The forms of value that options share.</summary>
internal static class ValueSyntax
{
    // What timers and waits can take: their milliseconds are 32 bits wide.
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(24);

    /// <summary>Any text.</summary>
    public static ValueSyntax<string?> Text { get; } = new("a text", (string text, out string? value) =>
    {
        value = text;
        return text.Length > 0;
    });

    /// <summary>How many of something: a whole number from 1.</summary>
    public static ValueSyntax<long> Count { get; } = new("a number from 1", (string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0);

    /// <summary>Bytes, in powers of 1024: <c>65536</c>, <c>64k</c>, <c>8m</c>, <c>1g</c>.</summary>
    public static ValueSyntax<long> Size { get; } = new("a size such as 64k or 8m", (string text, out long value) =>
    {
        string lower = text.ToLowerInvariant();
        lower = lower.EndsWith("ib", StringComparison.Ordinal) ? lower[..^2] : lower.EndsWith('b') ? lower[..^1] : lower;
        int shift = lower.Length == 0 ? 0 : lower[^1] switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        bool parsed = long.TryParse(shift == 0 ? lower : lower[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number > 0 && number <= (1L << 40) >> shift;
        value = parsed ? number << shift : 0;
        return parsed;
    });

    /// <summary>A time: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h</c>, or seconds as a plain number, <c>1.5</c>.</summary>
    public static ValueSyntax<TimeSpan> Duration { get; } = new("a duration such as 500ms, 10s or 5m", (string text, out TimeSpan value) =>
    {
        (string number, double unit) = text.ToLowerInvariant() switch
        {
            [.. var n, 'm', 's'] => (n, 0.001),
            [.. var n, 's'] => (n, 1),
            [.. var n, 'm'] => (n, 60),
            [.. var n, 'h'] => (n, 3600),
            var n => (n, 1),
        };
        bool parsed = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count * unit <= LongestDuration.TotalSeconds;
        value = parsed ? TimeSpan.FromSeconds(count * unit) : default;
        return parsed;
    });

    /// <summary>One of an enumeration's names, in lower case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    public static ValueSyntax<T> OneOf<T>()
        where T : struct, Enum => new(
        $"one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}",
        (string text, out T value) =>
        {
            // Parsing alone takes numbers, and several names with commas between them.
            bool isName = Array.Exists(Enum.GetNames<T>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            value = isName ? Enum.Parse<T>(text, ignoreCase: true) : default;
            return isName;
        });
}
