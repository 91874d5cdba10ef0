using System.Globalization;

namespace Chatctl.Logging;

/// <summary>Counts by kind, as the log shows them. People see the sum and its parts. Programs get an object.</summary>
/// <param name="Parts">How many of each kind.</param>
/// <remarks>It is not a sequence itself, because the message of the log would show a sequence as a list.</remarks>
internal sealed record LogCounts(IReadOnlyList<KeyValuePair<string, long>> Parts)
{
    /// <summary><c>0</c>, or <c>3 (stalled 2, line_too_long 1)</c>.</summary>
    public override string ToString()
    {
        string sum = Parts.Sum(part => part.Value).ToString(CultureInfo.InvariantCulture);
        string parts = string.Join(", ", Parts.Where(part => part.Value > 0).Select(part => $"{part.Key} {part.Value}"));
        return parts.Length == 0 ? sum : $"{sum} ({parts})";
    }
}
