namespace Chatctl.Core;

/// <content>The window: who is held back when it is full, and what becomes of whoever stands in its way.</content>
public sealed partial class Room
{
    // How long senders are held back for those who may just not have had their turn, before it is seen who of them has taken nothing.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private readonly ITimer _windowTimer;
    private readonly List<Member> _evicted = [];
    private readonly Throttle _windowThrottle;
    private long _fullSince;
    private bool _fullTold;
    private volatile bool _full;

    /// <summary>How many segments of the window are in use.</summary>
    internal int SegmentCount
    {
        get
        {
            lock (_gate)
            {
                return _log.SegmentCount;
            }
        }
    }

    /// <summary>How many segments are kept beside the window for those who stand in them.</summary>
    internal int PinnedCount
    {
        get
        {
            lock (_gate)
            {
                return _log.PinnedCount;
            }
        }
    }

    private bool IsOverfull => _log.SegmentCount >= RoomOptions.Segments || _log.SegmentCount + _log.PinnedCount >= RoomOptions.MostInUse;

    /// <summary>Gives back segments that nobody stands in, and lets senders go on if that made room.</summary>
    internal void Reclaim()
    {
        bool madeRoom;
        lock (_gate)
        {
            _log.Trim();
            madeRoom = OpenIfRoom();
        }

        if (madeRoom)
        {
            TellOpen();
            Wake();
        }
    }

    /// <summary>Sends on a member whose place in the log has been cut off from what comes behind it.</summary>
    /// <returns>False if it is to get nothing more.</returns>
    internal bool TrySkipAhead(Member member)
    {
        Tally missed;
        bool madeRoom;
        lock (_gate)
        {
            if (member.IsEvicted)
            {
                return false;
            }

            Segment target = _log.Halfway;
            missed = member.Cursor.Jump(target, member.Ordered, target.OfFromHere(member.Id));
            _skipped += missed.Units;
            _log.Trim();
            madeRoom = OpenIfRoom();
        }

        if (missed.Units > 0)
        {
            RoomMessages.Skipped(_logger, member, missed.Units, missed.Bytes);
        }

        if (madeRoom)
        {
            TellOpen();
            Wake();
        }

        return true;
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

        Tell(change);
        if (madeRoom)
        {
            TellOpen();
        }

        if (madeRoom || change.Evicted is not null)
        {
            Wake();
        }
    }

    /// <summary>The window is full: does with whoever stands in its way what the policy says, and holds senders back if that is to wait. Under the lock.</summary>
    /// <param name="looksAgain">Whether the window was full before, and time has passed.</param>
    private WindowChange MakeRoom(bool looksAgain)
    {
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
            _log.TrimTo(RoomOptions.Segments - 1);
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

    /// <summary>
    /// Whether those who stand in the oldest segment are slower than the room, rather than all of them being slower than those who send:
    /// when the others have left them behind; or when they had time, and have taken nothing, or most of the room has got further, if not by much. Who has not been asked yet is not slow.
    /// </summary>
    private bool IsOutrun(bool looksAgain)
    {
        if (looksAgain && _time.GetElapsedTime(_fullSince) >= _options.StallTimeout)
        {
            return true;
        }

        long first = _log.Head!.Start;
        long second = _log.Head.Next!.Start;
        long middle = _log.Halfway.Start;
        int present = 0;
        int behind = 0;
        int last = 0;
        bool unasked = false;
        bool progress = false;
        foreach (Member member in _members)
        {
            long place = member.Cursor.SegmentStart;
            if (member.IsEvicted || place < first || member.Cursor.IsClosed)
            {
                continue;
            }

            present++;
            behind += place < middle ? 1 : 0;
            if (place < second)
            {
                last++;
                unasked |= !member.Cursor.HasUnsent;
                progress |= member.Cursor.TakeProgress();
            }
        }

        return !unasked && (2 * behind <= present || (looksAgain && (!progress || 2 * last <= present)));
    }

    /// <summary>Cuts off the oldest segment and whoever stands in it.</summary>
    private void LeaveBehind()
    {
        _log.CutHead();
        if (_options.Slow == SlowPolicy.Disconnect)
        {
            EvictBefore(_log.Head!.Start, EvictionReason.TooSlow);
        }
        else if (_log.PinnedCount > RoomOptions.MostPinned)
        {
            EvictBefore(_log.PinnedStart(_log.PinnedCount - RoomOptions.MostPinned), EvictionReason.Stuck);
        }
    }

    private void EvictBefore(long place, EvictionReason reason)
    {
        foreach (Member member in _members)
        {
            if (!member.IsEvicted && !member.Cursor.IsClosed && member.Cursor.SegmentStart < place)
            {
                Evict(member, reason);
                _evicted.Add(member);
            }
        }
    }

    /// <summary>Evicts whoever has freed nothing for the stall timeout, and looks again when the next one's time is up.</summary>
    private void EvictStalled()
    {
        long now = _time.GetTimestamp();
        TimeSpan next = _options.StallTimeout;
        foreach (Member member in _members)
        {
            long since = member.Cursor.HoldsBackSince;
            if (since > now || member.IsEvicted)
            {
                continue;
            }

            TimeSpan left = _options.StallTimeout - _time.GetElapsedTime(since, now);
            if (left <= TimeSpan.Zero)
            {
                Evict(member, EvictionReason.Stalled);
                _evicted.Add(member);
            }
            else if (left < next)
            {
                next = left;
            }
        }

        _windowTimer.Change(next, Timeout.InfiniteTimeSpan);
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

    /// <summary>Tells the log what has become of the window. Not under the lock.</summary>
    private void Tell(in WindowChange change)
    {
        if (change.BecameFull)
        {
            TellFull();
        }

        foreach (Member member in change.Evicted ?? [])
        {
            RoomMessages.Evicted(_logger, member, change.Reason.Explain());
        }
    }

    /// <summary>Tells of a full window, and so of its opening, once a second at most: a small one fills and opens a thousand times.</summary>
    private void TellFull()
    {
        if (!_windowThrottle.TryPass(out long untold))
        {
            return;
        }

        if (untold > 0)
        {
            RoomMessages.WindowFullUntold(_logger, untold);
        }

        RoomMessages.WindowFull(_logger);
        lock (_gate)
        {
            _fullTold = true;
        }

        // Another thread may have opened it meanwhile, and told nobody, because this was not told yet.
        TellOpen();
    }

    private void TellOpen()
    {
        bool tells;
        lock (_gate)
        {
            tells = _fullTold && !_full;
            _fullTold &= _full;
        }

        if (tells)
        {
            RoomMessages.WindowOpen(_logger);
        }
    }

    /// <summary>What is to be told once the lock is released.</summary>
    private readonly record struct WindowChange(bool BecameFull, Member[]? Evicted, EvictionReason Reason);
}
