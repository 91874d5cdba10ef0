namespace Chatctl.Core.Sessions;

/// <summary>The lives of the room's numbers: the one that they have now, and those before it.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="current">The life that the numbers have now; empty if it is not known yet.</param>
/// <param name="past">Those before it, each with the number of its last line that is still there, the oldest first.</param>
internal sealed class Epochs(string current, IEnumerable<(string Epoch, long Last)> past)
{
    // A client that was away for longer than that learns only that its epoch is over.
    private const int MostPast = 16;

    private readonly List<(string Epoch, long Last)> _past = [.. past];

    /// <summary>The life that the numbers have now.</summary>
    public string Current { get; private set; } = current;

    /// <summary>Those before it, the oldest first.</summary>
    public IReadOnlyList<(string Epoch, long Last)> Past => _past;

    /// <summary>The number of the last line of an epoch before this one; null if it is not known.</summary>
    public long? LastOf(string epoch)
    {
        foreach ((string past, long last) in _past)
        {
            if (past == epoch)
            {
                return last;
            }
        }

        return null;
    }

    /// <summary>The numbers get their first life.</summary>
    public void Begin(string epoch) => Current = epoch;

    /// <summary>The numbers get a new life.</summary>
    /// <param name="epoch">The new one.</param>
    /// <param name="last">The number of the last line of the old one that is still there.</param>
    public void Begin(string epoch, long last)
    {
        _past.Add((Current, last));
        if (_past.Count > MostPast)
        {
            _past.RemoveAt(0);
        }

        Current = epoch;
    }
}
