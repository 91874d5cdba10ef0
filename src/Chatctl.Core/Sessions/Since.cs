using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Chatctl.Core.Sessions;

/// <summary>What a client asks for of the past.</summary>
/// <remarks>
/// It is written as <c>EPOCH:SEQ</c>, a number of lines (<c>100</c>), a time (<c>10m</c>; the units are <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>
/// and <c>d</c>), or <c>all</c>.
/// </remarks>
public abstract record Since
{
    private const int LongestEpoch = 64;

    private Since()
    {
    }

    /// <summary>Reads the text that a client or a user has written.</summary>
    /// <param name="text">The text.</param>
    /// <param name="since">What it means; null if it means nothing.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Since? since)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        since = text == "all" ? new All()
            : colon >= 0 ? ReadPosition(text[..colon], text[(colon + 1)..])
            : TryReadNumber(text, out long lines) ? new Lines(lines)
            : ReadAge(text);
        return since is not null;
    }

    private static Position? ReadPosition(string epoch, string number) =>
        epoch.Length is > 0 and <= LongestEpoch && epoch.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        && TryReadNumber(number, out long seq) ? new Position(epoch, seq) : null;

    private static Age? ReadAge(string text)
    {
        string number = text.TrimEnd('m', 's', 'h', 'd');
        decimal? unit = text[number.Length..] switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "d" => TimeSpan.TicksPerDay,
            _ => null,
        };

        // A longer time than can be told means the same as the longest.
        return unit is { } ticks && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
            ? new Age(count > long.MaxValue / ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)(count * ticks)))
            : null;
    }

    private static bool TryReadNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Every line after a position.</summary>
    /// <param name="Epoch">The life of the numbers.</param>
    /// <param name="Seq">The number of the last line that the client has dealt with; 0 if there is none.</param>
    public sealed record Position(string Epoch, long Seq) : Since;

    /// <summary>The last lines.</summary>
    /// <param name="Count">How many; 0 or more.</param>
    public sealed record Lines(long Count) : Since;

    /// <summary>The lines of the last time.</summary>
    /// <param name="Time">How long ago the first of them may have been said; 0 or more.</param>
    public sealed record Age(TimeSpan Time) : Since;

    /// <summary>All that the server keeps.</summary>
    public sealed record All : Since;
}
