namespace Chatctl.Core;

/// <summary>
/// A limit on how much may come in a second. It holds a second's worth when full. More may be taken than it holds: that is a debt, and as
/// the bucket says no until it is paid, the limit holds exactly in the long run.
/// </summary>
/// <remarks>
/// It is kept as the moment at which it was, or will be, empty and nothing owed, so that it need not be filled by anybody. Taken from
/// under the room's lock, looked at from any thread.
/// </remarks>
/// <param name="rate">How much a second, at most <see cref="LargestRate"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenBucket(long rate, TimeProvider time)
{
    /// <summary>The largest rate that can be counted with.</summary>
    public const long LargestRate = 1L << 40;

    private long _emptyAt = time.GetTimestamp() - time.TimestampFrequency;

    // What the division by the rate left over, so that nothing is lost however small the pieces are.
    private long _remainder;

    /// <summary>From when on it holds at least one, as a timestamp.</summary>
    public long OpenAt => Volatile.Read(ref _emptyAt) + ((time.TimestampFrequency + rate - 1) / rate);

    /// <summary>Takes so many, whether it holds them or not.</summary>
    public void Take(long count)
    {
        long full = time.GetTimestamp() - time.TimestampFrequency;
        if (_emptyAt < full)
        {
            (_emptyAt, _remainder) = (full, 0);
        }

        (long ticks, _remainder) = Math.DivRem((count * time.TimestampFrequency) + _remainder, rate);
        Volatile.Write(ref _emptyAt, _emptyAt + ticks);
    }
}
