using System.Globalization;
using System.Text.RegularExpressions;

namespace Chatctl.Core.Tests.Concurrency;

/// <summary>What somebody heard, held against the lines that were due to it in their order: all is there, or told of as skipped, to the byte.</summary>
internal sealed partial class Account
{
    private readonly string[] _due;
    private readonly Dictionary<string, int> _places;

    /// <param name="due">What was due, each line unlike all others.</param>
    public Account(IEnumerable<string> due)
    {
        _due = [.. due];
        _places = _due.Select((line, place) => (line, place)).ToDictionary(one => one.line, one => one.place);
    }

    /// <summary>How many lines were due.</summary>
    public int Count => _due.Length;

    /// <summary>Fails the test unless it all adds up.</summary>
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
                Assert.True(lines > 0 && place + lines <= _due.Length, $"more is said to be skipped than there was: {part}");
                Assert.Equal(_due.AsSpan(place, lines).ToArray().Sum(line => line.Length), Number(notice, 2));
                place += lines;
                skipped += lines;
            }
            else
            {
                Assert.True(place < _due.Length && _due[place] == part + '\n', $"not what was due as number {place}: '{part}'");
                place++;
            }
        }

        string tail = parts[^1];
        Assert.True(
            tail.Length == 0 || tail.StartsWith("chatctl", StringComparison.Ordinal) || (place < _due.Length && _due[place].StartsWith(tail, StringComparison.Ordinal)),
            $"not the beginning of what was due as number {place}: '{tail}'");
        return (skipped, place);
    }

    /// <summary>Which line was due first, as whoever came later has heard: the first whole one it got, less what it was told it had missed before.</summary>
    private int Start(string[] parts)
    {
        int missed = 0;
        foreach (string part in parts[..^1])
        {
            Match notice = Notice().Match(part);
            if (!notice.Success)
            {
                Assert.True(_places.TryGetValue(part + '\n', out int place), $"nobody has said '{part}'");
                return place - missed;
            }

            missed += Number(notice, 1);
        }

        // It heard no whole line: where it stood cannot be told, but for its beginning.
        return Math.Max(0, Array.FindIndex(_due, line => line.StartsWith(parts[^1], StringComparison.Ordinal)));
    }

    private static int Number(Match notice, int group) => int.Parse(notice.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^chatctl: skipped ([0-9]+) lines, ([0-9]+) bytes$")]
    private static partial Regex Notice();
}
