namespace Chatctl.Bench;

/// <summary>
/// The numbers of one sender's lines that one receiver has skipped. If such a line arrives late, its number is removed: the line is reordered
/// and not lost. If a late line's number is not here, the line arrived before, and this is a duplicate.
/// </summary>
internal sealed class MissingNumbers
{
    // Ranges, ascending; the second number is outside. A relay with more gaps than this is wrong enough without the others.
    private const int MostRanges = 10_000;

    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>Adds a gap that lies above all others.</summary>
    /// <param name="from">Its first number.</param>
    /// <param name="to">The first number after it.</param>
    public void Add(long from, long to)
    {
        if (_ranges.Count < MostRanges)
        {
            _ranges.Add((from, to));
        }
    }

    /// <summary>Removes a number.</summary>
    /// <returns>Whether it was missing until now.</returns>
    public bool TryRemove(long number)
    {
        int at = _ranges.FindIndex(range => range.From <= number && number < range.To);
        if (at < 0)
        {
            return false;
        }

        (long from, long to) = _ranges[at];
        _ranges.RemoveAt(at);
        if (number + 1 < to)
        {
            _ranges.Insert(at, (number + 1, to));
        }

        if (from < number)
        {
            _ranges.Insert(at, (from, number));
        }

        return true;
    }
}
