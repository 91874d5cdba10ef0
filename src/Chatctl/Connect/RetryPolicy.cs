namespace Chatctl.Connect;

/// <summary>Decides how long to wait before each attempt to connect, and when to give up.</summary>
/// <remarks>
/// <para>
/// A server can take connections and drop them at once: it refuses this client, or it is full, or it crashes on what it reads. Such a
/// connection does not count: the time without a connection goes on, and the pauses grow.
/// </para>
/// <para>
/// A connection counts if a whole line got through. For a receiver, a line must have arrived. For a sender, a line must have been sent,
/// and the connection must have lasted for more than a moment, because a connection that is being dropped loses what it gets. A connection
/// also counts if it lasted for more than a moment and for longer than the pause before it. Without that rule a quiet room would not count.
/// </para>
/// </remarks>
/// <param name="limit">How long to go on without a connection that counts; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
/// <param name="backoff">Gives the pauses.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class RetryPolicy(TimeSpan limit, Backoff backoff, TimeProvider clock)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private long _without = clock.GetTimestamp();
    private long _connected;
    private TimeSpan _pause;

    /// <summary>How much of the limit is left; never negative.</summary>
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
    /// <param name="hasReceived">Whether this client prints, and a whole line arrived over the connection.</param>
    /// <param name="hasSent">Whether a whole line was sent over it.</param>
    public void Lost(bool hasReceived, bool hasSent)
    {
        TimeSpan lasted = clock.GetElapsedTime(_connected);
        if (hasReceived || (lasted > Moment && (hasSent || lasted > _pause)))
        {
            _without = clock.GetTimestamp();
            backoff.Reset();
        }
    }

    /// <summary>How long to wait before the next attempt. An attempt that is made when nothing is left is the last one.</summary>
    public TimeSpan NextPause()
    {
        TimeSpan left = Left;
        TimeSpan next = backoff.Next();
        return _pause = left < next ? left : next;
    }
}
