namespace Chatctl.Serve;

/// <summary>
/// Wrong tokens, counted for each source that they come from. After five in a row, the source has to wait before the next one is looked at: a second, then two,
/// up to a minute. After ten minutes without a wrong token it begins anew.
/// </summary>
/// <remarks>Safe for use from any thread.</remarks>
/// <param name="time">The clock.</param>
internal sealed class Guesses(TimeProvider time)
{
    /// <summary>How many sources are known at most. Beyond that, the one that has been quiet the longest is forgotten.</summary>
    public const int MostKnown = 10_000;

    private const int Free = 5;
    private const int MostSeconds = 60;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Failures>> _known = [];

    // In the order of their last wrong token.
    private readonly LinkedList<Failures> _order = new();

    /// <summary>How long the next token of a source is not looked at; zero if it is.</summary>
    /// <param name="source">The source.</param>
    public TimeSpan WaitOf(string source)
    {
        lock (_gate)
        {
            Forget();
            if (!_known.TryGetValue(source, out LinkedListNode<Failures>? node) || node.Value.Count < Free)
            {
                return TimeSpan.Zero;
            }

            double seconds = Math.Min(Math.Pow(2, node.Value.Count - Free), MostSeconds);
            TimeSpan left = TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(node.Value.Last);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A token of a source was wrong.</summary>
    /// <param name="source">The source.</param>
    public void Failed(string source)
    {
        lock (_gate)
        {
            Forget();
            int before = Remove(source);
            _known.Add(source, _order.AddLast(new Failures(source, before + 1, time.GetTimestamp())));
            if (_known.Count > MostKnown)
            {
                Remove(_order.First!.Value.Source);
            }
        }
    }

    /// <summary>A token of a source was right.</summary>
    /// <param name="source">The source.</param>
    public void Succeeded(string source)
    {
        lock (_gate)
        {
            Remove(source);
        }
    }

    private void Forget()
    {
        while (_order.First is { } oldest && time.GetElapsedTime(oldest.Value.Last) >= Memory)
        {
            Remove(oldest.Value.Source);
        }
    }

    /// <returns>How many failures it had.</returns>
    private int Remove(string source)
    {
        if (!_known.Remove(source, out LinkedListNode<Failures>? node))
        {
            return 0;
        }

        _order.Remove(node);
        return node.Value.Count;
    }

    private readonly record struct Failures(string Source, int Count, long Last);
}
