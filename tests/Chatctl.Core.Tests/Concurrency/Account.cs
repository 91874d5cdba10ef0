using System.Globalization;
using System.Text.RegularExpressions;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>
/// Compares what a member heard with the lines that were due to it, in their order. Every line must be there, or be counted as skipped,
/// exact to the byte.
/// </summary>
internal sealed partial class Account
{
    private readonly string[] _due;
    private readonly Dictionary<string, int> _places;

    /// <param name="due">The lines that were due. No two are equal.</param>
    public Account(IEnumerable<string> due)
    {
        _due = [.. due];
        _places = _due.Select((line, place) => (line, place)).ToDictionary(one => one.line, one => one.place);
    }

    /// <summary>How many lines were due.</summary>
    public int Count => _due.Length;

    /// <summary>Fails the test if a line is wrong, missing or miscounted.</summary>
    /// <param name="heard">What was heard; the last line may be cut short.</param>
    /// <returns>How many lines were skipped, and which line comes next.</returns>
    public (int Skipped, int Next) Check(string heard)
    {
        string[] parts = heard.Split('\n');
        int place = Start(parts);
        int skipped = 0;
        foreach (string part in parts[..^1])
        {
            if (Notice().Match(part) is { Success: true } notice)
            {
                int lines = Number(notice, 1);
                Assert.True(lines > 0 && place + lines <= _due.Length, $"the notice counts more lines than there were: {part}");
                Assert.Equal(_due.AsSpan(place, lines).ToArray().Sum(line => line.Length), Number(notice, 2));
                place += lines;
                skipped += lines;
            }
            else
            {
                Assert.True(place < _due.Length && _due[place] == part + '\n', $"line {place} was due, and this came: '{part}'");
                place++;
            }
        }

        string tail = parts[^1];
        Assert.True(
            tail.Length == 0 || tail.StartsWith("chatctl", StringComparison.Ordinal) || (place < _due.Length && _due[place].StartsWith(tail, StringComparison.Ordinal)),
            $"line {place} was due, and this beginning came: '{tail}'");
        return (skipped, place);
    }

    /// <summary>
    /// Which line was due first to a member that came later: the first whole line that it got, minus the lines that it was told it had
    /// missed before.
    /// </summary>
    private int Start(string[] parts)
    {
        int missed = 0;
        foreach (string part in parts[..^1])
        {
            Match notice = Notice().Match(part);
            if (!notice.Success)
            {
                Assert.True(_places.TryGetValue(part + '\n', out int place), $"no member has said '{part}'");
                return place - missed;
            }

            missed += Number(notice, 1);
        }

        // It heard no whole line. Only the beginning of a line can show where it stood.
        return Math.Max(0, Array.FindIndex(_due, line => line.StartsWith(parts[^1], StringComparison.Ordinal)));
    }

    private static int Number(Match notice, int group) => int.Parse(notice.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^chatctl: skipped ([0-9]+) lines, ([0-9]+) bytes$")]
    private static partial Regex Notice();
}
