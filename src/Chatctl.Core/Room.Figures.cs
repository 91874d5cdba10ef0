namespace Chatctl.Core;

/// <content>
/// The figures. They are computed when they are asked for, from values that exist in any case: positions, sequence numbers, and a few sums a
/// member that its own thread adds to.
/// </content>
public sealed partial class Room
{
    private readonly long[] _evictions = new long[Enum.GetValues<EvictionReason>().Length];

    // The deliveries to members that have left. Under the lock, as is _received.
    private long _deliveriesBefore;
    private long _received;

    /// <summary>How many members have been evicted for a reason since the room began.</summary>
    /// <param name="reason">The reason.</param>
    public long Evictions(EvictionReason reason) => Interlocked.Read(ref _evictions[(int)reason]);

    /// <summary>How many segments of the window are in use.</summary>
    internal int SegmentCount
    {
        get
        {
            lock (_gate)
            {
                return _feed.SegmentCount;
            }
        }
    }

    /// <summary>How many segments are kept beside the window for the members that stand in them.</summary>
    internal int PinnedCount
    {
        get
        {
            lock (_gate)
            {
                return _feed.PinnedCount;
            }
        }
    }

    /// <summary>What the room has done, and its state now. From any thread. It looks at every member, so do not call it for every line.</summary>
    public RoomFigures Figures()
    {
        lock (_gate)
        {
            long deliveries = _deliveriesBefore;
            int sessions = 0;
            foreach (Member member in _members)
            {
                deliveries += Deliveries(member);
                sessions += member.Link?.Session is { } session && session.Member == member ? 1 : 0;
            }

            (long sent, long lag) = _feed.Measure();
            (long sessionSent, long sessionLag) = _sessions?.Log.Feed.Measure() ?? default;
            return new RoomFigures
            {
                Members = _members.Count,
                Joins = _lastId - _firstId,
                Lines = _sequencer.Next - _firstSequence,
                Deliveries = deliveries,
                Skipped = _feed.Skipped + (_sessions?.Log.Feed.Skipped ?? 0),
                Received = _received,
                Sent = sent + sessionSent,
                Evictions = Enum.GetValues<EvictionReason>().ToDictionary(reason => reason, Evictions),
                WindowUsage = _feed.Kept + (_sessions?.Log.Feed.Kept ?? 0),
                WindowLimit = _options.BufferBytes + (_sessions is null ? 0 : _options.SessionBufferBytes),
                Unfinished = _unfinished.Bytes,
                Lag = Math.Max(lag, sessionLag),
                Sessions = sessions,
            };
        }
    }

    /// <summary>How many lines a member was to get. Under the lock.</summary>
    private long Deliveries(Member member) => !member.MayRead ? 0 : Math.Min(member.EndSequence, _sequencer.Next) - member.FirstSequence - (_options.Echo ? 0 : (member.Link?.Reader ?? member.Reader).Own.Units);

    /// <summary>
    /// Ends a member with a reset. Under the lock. The caller writes the log message and wakes the servers after the lock is released.
    /// </summary>
    internal void Evict(Member member, EvictionReason reason)
    {
        member.MarkEvicted();
        member.EvictedFor ??= reason;
        member.EndSequence = Math.Min(member.EndSequence, _sequencer.Next);
        Interlocked.Increment(ref _evictions[(int)reason]);
    }

    /// <summary>Logs the members that were evicted. Not under the lock.</summary>
    private void LogEvicted(List<Member>? members, EvictionReason reason)
    {
        if (members is null)
        {
            return;
        }

        foreach (Member member in members)
        {
            LogEvicted(member, reason);
        }
    }

    private void LogEvicted(Member member, EvictionReason reason)
    {
        if (reason == EvictionReason.Refused)
        {
            RoomMessages.Stranger(_logger, member, reason.Explain());
        }
        else
        {
            RoomMessages.Evicted(_logger, member, reason.Explain());
        }
    }
}
