namespace Chatctl.Core;

/// <summary>Lets one event of a kind pass in a while, and counts the others, so that what happens a thousand times a second is told once a second.</summary>
/// <param name="interval">The while: from one that passes to the next that may.</param>
/// <param name="time">The clock.</param>
/// <remarks>Safe for use from any thread. Starts no timer: what was held back is told with the next that passes.</remarks>
internal sealed class Throttle(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _passedAt;
    private long _heldBack;

    /// <summary>Asks whether an event may pass now.</summary>
    /// <param name="heldBack">If it may: how many have been held back since the last that passed.</param>
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
