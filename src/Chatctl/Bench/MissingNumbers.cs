namespace Chatctl.Bench;

/// <summary>
/// The numbers that were skipped in what one receiver got from one sender. Whatever comes late is taken out again: it was not lost but
/// reordered; and what comes late and is not in here has come before.
/// </summary>
internal sealed class MissingNumbers
{
    // Ranges from one number to before another, ascending. A relay that loses more often than this is as wrong without the rest.
    private const int MostRanges = 10_000;

    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>Notes a gap above all the others.</summary>
    /// <param name="from">Its first number.</param>
    /// <param name="to">The first after it.</param>
    public void Add(long from, long to)
    {
        if (_ranges.Count < MostRanges)
        {
            _ranges.Add((from, to));
        }
    }

    /// <summary>Takes a number out.</summary>
    /// <returns>Whether it was in here.</returns>
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
