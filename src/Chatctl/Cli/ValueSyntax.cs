using System.Globalization;

namespace Chatctl.Cli;

/// <summary>How an option's value is written.</summary>
/// <typeparam name="T">What it means.</typeparam>
/// <param name="Expectation">What a value looks like, as the end of "is not …".</param>
/// <param name="Read">Reads a value; false if the text does not look like one.</param>
/// <param name="Range">Which values make sense, as the end of "is out of range: …"; null if all do.</param>
/// <param name="Accepts">Whether a value makes sense; null if all do.</param>
internal sealed record ValueSyntax<T>(string Expectation, ValueSyntax<T>.Parser Read, string? Range = null, Predicate<T>? Accepts = null)
{
    /// <summary>Reads a value.</summary>
    public delegate bool Parser(string text, out T value);

    /// <summary>Whether a value that looks like one also makes sense.</summary>
    /// <param name="value">The value.</param>
    public bool IsInRange(T value) => Accepts?.Invoke(value) ?? true;

    /// <summary>Reads a value that makes sense.</summary>
    /// <param name="text">As the user wrote it.</param>
    /// <param name="value">The value.</param>
    /// <returns>False if the text is not a value, or if the value makes no sense.</returns>
    public bool TryParse(string text, out T value) => Read(text, out value) && IsInRange(value);

    /// <summary>What a shell can offer; null if it cannot know.</summary>
    public ValueHint? Hint { get; init; }

    /// <summary>The word that stands for a value in every option's usage; null if each option has its own.</summary>
    public string? Placeholder { get; init; }

    /// <summary>The same form with a range of its own.</summary>
    /// <param name="range">Which values make sense, as the end of "is out of range: …".</param>
    /// <param name="accepts">Whether a value makes sense.</param>
    public ValueSyntax<T> Within(string range, Predicate<T> accepts) => this with { Range = range, Accepts = accepts };
}

/// <summary>The forms of value that options share.</summary>
internal static class ValueSyntax
{
    private const long LargestSize = 1L << 40;
    private const string TimePlaceholder = "TIME";

    // The limit of timers and waits: their milliseconds are 32 bits wide.
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(24);

    // The runtime puts it in the place of bytes that are not UTF-8. The text is then not what the user wrote.
    private const char Replacement = '\ufffd';

    /// <summary>Any text that is not empty.</summary>
    public static ValueSyntax<string?> Text { get; } = new("a text in UTF-8", (string text, out string? value) =>
    {
        value = text;
        return text.Length > 0 && !text.Contains(Replacement, StringComparison.Ordinal);
    });

    /// <summary>Any text, the empty text too.</summary>
    public static ValueSyntax<string?> AnyText { get; } = new("a text in UTF-8", (string text, out string? value) =>
    {
        value = text;
        return !text.Contains(Replacement, StringComparison.Ordinal);
    });

    /// <summary>The path of a file.</summary>
    public static ValueSyntax<string?> File { get; } = Text with { Hint = new ValueHint.Files() };

    /// <summary>The path of a directory, or several as in <c>PATH</c>.</summary>
    public static ValueSyntax<string?> Directories { get; } = Text with { Hint = new ValueHint.Directories() };

    /// <summary>How many of something: a whole number from 1.</summary>
    public static ValueSyntax<long> Count { get; } = new(
        "a whole number",
        (string text, out long value) => TryParseWhole(text, out value),
        "1 or more",
        value => value > 0);

    /// <summary>Bytes, in powers of 1024: <c>65536</c>, <c>64k</c>, <c>8m</c>, <c>1g</c>.</summary>
    public static ValueSyntax<long> Size { get; } = new(
        "a size such as 64k or 8m",
        (string text, out long value) =>
        {
            string lower = text.ToLowerInvariant();
            lower = lower.EndsWith("ib", StringComparison.Ordinal) ? lower[..^2] : lower.EndsWith('b') ? lower[..^1] : lower;
            int shift = lower.Length == 0 ? 0 : lower[^1] switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
            bool parsed = TryParseWhole(shift == 0 ? lower : lower[..^1], out long number);
            value = number <= 0 ? number : number > LargestSize >> shift ? long.MaxValue : number << shift;
            return parsed;
        },
        "from 1 byte to 1024g",
        value => value is > 0 and <= LargestSize);

    /// <summary>A time: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h</c>, or seconds as a plain number, <c>1.5</c>.</summary>
    public static ValueSyntax<TimeSpan> Duration { get; } = new(
        "a duration such as 500ms, 10s or 5m",
        (string text, out TimeSpan value) =>
        {
            (string number, double unit) = text.ToLowerInvariant() switch
            {
                [.. var n, 'm', 's'] => (n, 0.001),
                [.. var n, 's'] => (n, 1),
                [.. var n, 'm'] => (n, 60),
                [.. var n, 'h'] => (n, 3600),
                var n => (n, 1),
            };
            const NumberStyles Decimal = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
            bool parsed = double.TryParse(number, Decimal, CultureInfo.InvariantCulture, out double count) && double.IsFinite(count);
            double seconds = Math.Clamp(count * unit, -1, 2 * LongestDuration.TotalSeconds);
            value = parsed ? TimeSpan.FromSeconds(seconds) : default;
            return parsed;
        },
        "from 0 to 576h",
        value => value >= TimeSpan.Zero && value <= LongestDuration)
    {
        Placeholder = TimePlaceholder,
    };

    /// <summary>A duration longer than nothing.</summary>
    public static ValueSyntax<TimeSpan> SomeDuration { get; } = Duration.Within(
        "more than 0, at most 576h", value => value > TimeSpan.Zero && value <= LongestDuration);

    /// <summary>How long to go on: a duration, or yes for no limit, or no.</summary>
    public static ValueSyntax<TimeSpan?> Patience { get; } = new(
        $"{Duration.Expectation}, yes or no",
        (string text, out TimeSpan? value) =>
        {
            bool? word = Switch.YesOrNo(text);
            bool isDuration = Duration.Read(text, out TimeSpan duration);
            value = word switch { true => Timeout.InfiniteTimeSpan, false => null, _ => duration };
            return isDuration || word is not null;
        },
        Duration.Range,
        value => value is not { } duration || duration == Timeout.InfiniteTimeSpan || Duration.IsInRange(duration))
    {
        Placeholder = TimePlaceholder,
    };

    /// <summary>A duration, or <c>off</c> or <c>0</c> for none.</summary>
    public static ValueSyntax<TimeSpan?> DurationOrOff { get; } = new(
        $"{Duration.Expectation}, or off",
        (string text, out TimeSpan? value) =>
        {
            bool isDuration = Duration.Read(text, out TimeSpan duration);
            value = duration == TimeSpan.Zero ? null : duration;
            return isDuration || text.Equals("off", StringComparison.OrdinalIgnoreCase);
        },
        Duration.Range,
        value => value is not { } duration || Duration.IsInRange(duration))
    {
        Placeholder = TimePlaceholder,
    };

    /// <summary>A network: <c>10.0.0.0/8</c>, <c>fe80::/10</c>, or an address.</summary>
    public static ValueSyntax<System.Net.IPNetwork> Network { get; } = new("an address or a network such as 10.0.0.0/8", Serve.NetworkRules.TryParse);

    /// <summary>The same form for an option that may have no value at all.</summary>
    /// <typeparam name="T">What a value means.</typeparam>
    /// <param name="syntax">The form.</param>
    public static ValueSyntax<T?> OrNone<T>(this ValueSyntax<T> syntax)
        where T : struct => new(
        syntax.Expectation,
        (string text, out T? value) =>
        {
            bool parsed = syntax.Read(text, out T some);
            value = some;
            return parsed;
        },
        syntax.Range,
        value => value is not { } some || syntax.IsInRange(some))
        {
            Placeholder = syntax.Placeholder,
        };

    /// <summary>One of an enumeration's names, in lower case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    public static ValueSyntax<T> OneOf<T>()
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        return new ValueSyntax<T>($"one of {string.Join(", ", names)}", (string text, out T value) =>
        {
            // Enum.Parse would also accept numbers, and several names with commas between them.
            bool isName = names.Contains(text, StringComparer.OrdinalIgnoreCase);
            value = isName ? Enum.Parse<T>(text, ignoreCase: true) : default;
            return isName;
        })
        {
            Hint = new ValueHint.Words(names),
        };
    }

    /// <summary>A whole number. If the type cannot hold it, it becomes the nearest number that the type can hold.</summary>
    private static bool TryParseWhole(string text, out long value)
    {
        bool parsed = Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 number);
        value = (long)Int128.Clamp(number, long.MinValue, long.MaxValue);
        return parsed;
    }
}
