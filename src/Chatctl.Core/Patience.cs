namespace Chatctl.Core;

/// <summary>Members that each get the same time for something, in the order in which their time is up.</summary>
/// <remarks>Everything but <see cref="Dispose"/> is called under the room's lock.</remarks>
internal sealed class Patience : IDisposable
{
    private readonly Queue<(Member Member, long Since)> _waiting = new();
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>Begins without members.</summary>
    /// <param name="patience">How long each gets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="look">Called when the time of a member is up, to ask <see cref="TryTake"/> until there is none. Not under the lock.</param>
    public Patience(TimeSpan patience, TimeProvider time, Action look)
    {
        _patience = patience;
        _time = time;
        _timer = time.CreateTimer(_ => look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The time of a member begins. There is no way to end it: whoever takes the member looks whether it still matters.</summary>
    public void Begin(Member member)
    {
        _waiting.Enqueue((member, _time.GetTimestamp()));
        if (_waiting.Count == 1)
        {
            _timer.Change(_patience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Takes a member whose time is up.</summary>
    /// <returns>Null if there is none now. Then the timer is set for the next one.</returns>
    public Member? TryTake()
    {
        if (!_waiting.TryPeek(out (Member Member, long Since) first))
        {
            return null;
        }

        TimeSpan left = _patience - _time.GetElapsedTime(first.Since);
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            return null;
        }

        return _waiting.Dequeue().Member;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
