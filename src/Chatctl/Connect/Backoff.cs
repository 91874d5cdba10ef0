namespace Chatctl.Connect;

/// <summary>
/// How long to wait before each attempt: from a quarter of a second to half a minute, twice as long each time. Somewhere between half of
/// it and all, so that the many who lost a server at once do not come back at once.
/// </summary>
/// <param name="random">Chooses.</param>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5), Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _most = First;

    /// <summary>The next delay.</summary>
    public TimeSpan Next()
    {
        TimeSpan delay = _most * (0.5 + (random.NextDouble() / 2));
        _most = TimeSpan.FromTicks(Math.Min(2 * _most.Ticks, Longest.Ticks));
        return delay;
    }

    /// <summary>Begins again. Called when a connection has held.</summary>
    public void Reset() => _most = First;
}
