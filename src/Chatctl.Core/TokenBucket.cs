namespace Chatctl.Core;

/// <summary>
/// A limit on how much may come in a second. A full bucket holds as much as may come in one second. More may be taken than it holds: that is a
/// debt. The bucket stays closed until the debt is paid. So in the long run the limit holds exactly.
/// </summary>
/// <remarks>
/// It keeps one value: the moment at which it was or will be empty, without a debt. So no timer has to fill it. <see cref="Take"/> is called under
/// the room's lock; <see cref="OpenAt"/> is read from any thread.
/// </remarks>
/// <param name="rate">How much a second, at most <see cref="LargestRate"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenBucket(long rate, TimeProvider time)
{
    /// <summary>The largest rate that the arithmetic can handle.</summary>
    public const long LargestRate = 1L << 40;

    private long _emptyAt = time.GetTimestamp() - time.TimestampFrequency;

    // The remainder of the division by the rate. With it, nothing is lost, even if the pieces are small.
    private long _remainder;

    /// <summary>From when on it holds at least one, as a timestamp.</summary>
    public long OpenAt => Volatile.Read(ref _emptyAt) + ((time.TimestampFrequency + rate - 1) / rate);

    /// <summary>Takes so many, even if it does not hold them.</summary>
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
