namespace Chatctl.Connect;

/// <summary>How long to wait before each attempt to connect, and when to give up.</summary>
/// <remarks>
/// <para>
/// A server can take connections and drop them at once: because it refuses this client, because it is full, or because it dies of what it
/// reads. Such a connection counts as none: the time without a connection goes on, and the pauses grow.
/// </para>
/// <para>
/// A connection counts if a whole line got through. For a receiver that is a line that has arrived, for a sender one that was sent, if the
/// connection lasted for more than a moment: a line that is given to a connection that is being dropped is lost. A connection that lasted
/// for more than a moment and for longer than the pause before it counts as well, or a quiet room would count as no room.
/// </para>
/// </remarks>
/// <param name="limit">How long to go on without a connection that counts; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
/// <param name="backoff">The pauses.</param>
/// <param name="clock">Measures.</param>
internal sealed class RetryPolicy(TimeSpan limit, Backoff backoff, TimeProvider clock)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private long _without = clock.GetTimestamp();
    private long _connected;
    private TimeSpan _pause;

    /// <summary>How much of the limit is left; never less than nothing.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan left = limit - clock.GetElapsedTime(_without);
            return limit == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>There is a connection.</summary>
    public void Connected() => _connected = clock.GetTimestamp();

    /// <summary>The connection was lost.</summary>
    /// <param name="hasReceived">Whether a whole line arrived over it for a receiver.</param>
    /// <param name="hasSent">Whether it was given a whole line.</param>
    public void Lost(bool hasReceived, bool hasSent)
    {
        TimeSpan lasted = clock.GetElapsedTime(_connected);
        if (hasReceived || (lasted > Moment && (hasSent || lasted > _pause)))
        {
            _without = clock.GetTimestamp();
            backoff.Reset();
        }
    }

    /// <summary>How long to wait before the next attempt, which is the last one if it comes when nothing is left.</summary>
    public TimeSpan NextPause()
    {
        TimeSpan left = Left;
        TimeSpan next = backoff.Next();
        return _pause = left < next ? left : next;
    }
}
