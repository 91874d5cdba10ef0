namespace Chatctl.Core;

/// <summary>
/// Lets one event pass in an interval, and counts the others. So an event that happens a thousand times a second is logged once a second.
/// </summary>
/// <param name="interval">The least time from one that passes to the next.</param>
/// <param name="time">The clock.</param>
/// <remarks>Safe for use from any thread. It starts no timer: the count of those held back comes with the next event that passes.</remarks>
internal sealed class Throttle(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _passedAt;
    private long _heldBack;

    /// <summary>Asks whether an event may pass now.</summary>
    /// <param name="heldBack">If it may, how many were held back since the last one that passed.</param>
    public bool TryPass(out long heldBack)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_passedAt is { } passedAt && time.GetElapsedTime(passedAt, now) < interval)
            {
                _heldBack++;
                heldBack = 0;
                return false;
            }

            (heldBack, _heldBack, _passedAt) = (_heldBack, 0, now);
            return true;
        }
    }
}
