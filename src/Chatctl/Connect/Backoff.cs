namespace Chatctl.Connect;

/// <summary>
/// Gives the pauses before the attempts to connect: from a quarter of a second to half a minute. The most that a pause may be doubles each
/// time. Chance picks a pause between half of that and all of it, so that many clients that lost a server at once do not all come back at once.
/// </summary>
/// <param name="random">Picks.</param>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5), Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _most = First;

    /// <summary>The next pause.</summary>
    public TimeSpan Next()
    {
        TimeSpan delay = _most * (0.5 + (random.NextDouble() / 2));
        _most = TimeSpan.FromTicks(Math.Min(2 * _most.Ticks, Longest.Ticks));
        return delay;
    }

    /// <summary>Starts again with short pauses. Called after a connection that counted.</summary>
    public void Reset() => _most = First;
}
