namespace Chatctl.Core;

/// <content>
/// The policy for slow readers: which readers stand in the way of a full window, and what happens to them. All but <see cref="TrySkipAhead"/> is
/// under the room's lock.
/// </content>
internal sealed partial class Feed
{
    /// <summary>Moves a stranded reader to where the log goes on. Called by the reader.</summary>
    /// <returns>False if it gets nothing more.</returns>
    public bool TrySkipAhead(Reader reader)
    {
        Tally missed;
        bool madeRoom;
        lock (_gate)
        {
            if (reader.Member.IsEvicted)
            {
                return false;
            }

            Segment target = _log.Halfway;
            missed = reader.Cursor.Jump(target, reader.Own, target.OfFromHere(reader.Id));
            Skipped += missed.Units;
            _log.Trim();
            madeRoom = OpenIfRoom();
        }

        if (missed.Units > 0)
        {
            RoomMessages.Skipped(_logger, reader.Member, missed.Units, missed.Bytes);
        }

        if (madeRoom)
        {
            LogOpen();
            _wake();
        }

        return true;
    }

    /// <summary>
    /// Whether the readers in the oldest segment are slower than the other readers, rather than all readers being slower than the senders. They are
    /// if most of the others have left them behind. They also are if they had time, and either have taken nothing, or most of the others have got
    /// further, even if not by much. If a reader has not been asked for its bytes yet, it is not slow. Nor is it if it has got all that is committed.
    /// </summary>
    private bool IsOutrun(bool looksAgain)
    {
        if (_log.Head!.Next is null)
        {
            return false;
        }

        if (looksAgain && _time.GetElapsedTime(_fullSince) >= _options.StallTimeout)
        {
            return true;
        }

        long first = _log.Head!.Start;
        long second = _log.Head.Following!.Start;
        long middle = _log.Halfway.Start;
        int present = 0;
        int behind = 0;
        int last = 0;
        bool unasked = false;
        bool progress = false;
        foreach (Reader reader in _readers)
        {
            long place = reader.Cursor.SegmentStart;
            if (place < first || reader.IsGone)
            {
                continue;
            }

            present++;
            behind += place < middle ? 1 : 0;
            if (place < second)
            {
                last++;
                unasked |= !reader.HasUnsent;
                progress |= reader.Cursor.TakeProgress();
            }
        }

        return !unasked && (2 * behind <= present || (looksAgain && (!progress || 2 * last <= present)));
    }

    /// <summary>Cuts off the oldest segment and the readers that stand in it.</summary>
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
        foreach (Reader reader in _readers)
        {
            if (!reader.IsGone && reader.Cursor.SegmentStart < place)
            {
                reader.Member.Evict(reason);
                _evicted.Add(reader);
            }
        }
    }

    /// <summary>
    /// Evicts the readers that have freed nothing for the stall timeout, and sets the timer for when the time of the next one is up.
    /// </summary>
    private void EvictStalled()
    {
        long now = _time.GetTimestamp();
        TimeSpan next = _options.StallTimeout;
        foreach (Reader reader in _readers)
        {
            long since = reader.Cursor.HoldsBackSince;
            if (since > now || reader.Member.IsEvicted)
            {
                continue;
            }

            TimeSpan left = _options.StallTimeout - _time.GetElapsedTime(since, now);
            if (left <= TimeSpan.Zero)
            {
                reader.Member.Evict(EvictionReason.Stalled);
                _evicted.Add(reader);
            }
            else if (left < next)
            {
                next = left;
            }
        }

        _windowTimer.Change(next, Timeout.InfiniteTimeSpan);
    }
}
