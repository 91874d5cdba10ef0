namespace Chatctl.Core;

/// <content>The window: when it is full, senders are held back, or slow readers are left behind; then it opens again.</content>
internal sealed partial class Feed
{
    // How long senders are held back for readers that may only not have had their turn. After that, those that have taken nothing are slow.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private readonly ITimer _windowTimer;
    private readonly List<Reader> _evicted = [];
    private long _fullSince;
    private volatile bool _full;

    /// <summary>Whether senders have to be held back. From any thread.</summary>
    public bool IsFull => _full;

    private bool IsOverfull => _log.SegmentCount >= RoomOptions.Segments || _log.SegmentCount + _log.PinnedCount >= RoomOptions.MostInUse;

    /// <summary>Keeps the window within its bounds after something was appended. Under the room's lock.</summary>
    /// <returns>What to <see cref="Log"/> once the lock is released.</returns>
    public WindowChange Bound() => _log.SegmentCount >= RoomOptions.Segments ? MakeRoom(looksAgain: false) : default;

    /// <summary>Gives back segments that no reader stands in, and lets senders go on if that made room.</summary>
    public void Reclaim()
    {
        bool madeRoom;
        lock (_gate)
        {
            _log.Trim();
            madeRoom = OpenIfRoom();
        }

        if (madeRoom)
        {
            LogOpen();
            _wake();
        }
    }

    /// <summary>Time has passed since the window was found full.</summary>
    private void LookAtWindow()
    {
        WindowChange change;
        bool madeRoom;
        lock (_gate)
        {
            if (!_full)
            {
                return;
            }

            change = MakeRoom(looksAgain: true);
            madeRoom = OpenIfRoom();
        }

        Log(change);
        if (madeRoom)
        {
            LogOpen();
        }

        if (madeRoom || change.HasEvicted)
        {
            _wake();
        }
    }

    /// <summary>
    /// The window is full: applies the policy to the readers that stand in its way, and holds senders back if the policy is to wait. Under
    /// the room's lock.
    /// </summary>
    /// <param name="looksAgain">Whether the window was full before, and time has passed.</param>
    private WindowChange MakeRoom(bool looksAgain)
    {
        // First give back what no reader stands in: the history, and all of it if there are no readers.
        _log.TrimTo(RoomOptions.Segments - 1);
        if (!IsOverfull)
        {
            return default;
        }

        bool wasFull = _full;
        EvictionReason reason = _options.Slow switch
        {
            SlowPolicy.Wait => EvictionReason.Stalled,
            SlowPolicy.Disconnect => EvictionReason.TooSlow,
            _ => EvictionReason.Stuck,
        };
        if (_options.Slow == SlowPolicy.Wait)
        {
            _full = true;
            if (looksAgain || !wasFull)
            {
                EvictStalled();
            }
        }
        else
        {
            while (_log.SegmentCount >= RoomOptions.Segments && (looksAgain || !wasFull) && IsOutrun(looksAgain))
            {
                LeaveBehind();
            }

            HoldBackIfOverfull(wasFull, looksAgain);
        }

        WindowChange change = new(_full && !wasFull, _evicted.Count > 0 ? [.. _evicted] : null, reason);
        _evicted.Clear();
        return change;
    }

    private void HoldBackIfOverfull(bool wasFull, bool looksAgain)
    {
        if (!IsOverfull)
        {
            return;
        }

        _full = true;
        if (!wasFull)
        {
            _fullSince = _time.GetTimestamp();
        }

        if (!wasFull || looksAgain)
        {
            _windowTimer.Change(Grace < _options.StallTimeout ? Grace : _options.StallTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private bool OpenIfRoom()
    {
        if (!_full || IsOverfull)
        {
            return false;
        }

        _full = false;
        _windowTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return true;
    }
}
