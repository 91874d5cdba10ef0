namespace Chatctl.Core;

/// <content>
/// The figures. They are put together when somebody asks, from what is there anyway: positions, sequence numbers, and a sum or two a
/// member that its own thread adds to.
/// </content>
public sealed partial class Room
{
    private readonly long[] _evictions = new long[Enum.GetValues<EvictionReason>().Length];

    // What those who have left had got. Under the lock, as is _received.
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

    /// <summary>What the room has done, and how it stands now. From any thread; looks at every member, so not for every line.</summary>
    public RoomFigures Figures()
    {
        lock (_gate)
        {
            long deliveries = _deliveriesBefore;
            foreach (Member member in _members)
            {
                deliveries += Deliveries(member);
            }

            (long sent, long lag) = _feed.Measure();
            return new RoomFigures
            {
                Members = _members.Count,
                Joins = _lastId,
                Lines = _sequencer.Next,
                Deliveries = deliveries,
                Skipped = _feed.Skipped,
                Received = _received,
                Sent = sent,
                Evictions = Enum.GetValues<EvictionReason>().ToDictionary(reason => reason, Evictions),
                WindowUsage = _feed.Kept,
                WindowLimit = _options.BufferBytes,
                Unfinished = _unfinished.Bytes,
                Lag = lag,
            };
        }
    }

    /// <summary>How many lines a member was to get. Under the lock.</summary>
    private long Deliveries(Member member) => Math.Min(member.EndSequence, _sequencer.Next) - member.FirstSequence - (_options.Echo ? 0 : member.Reader.Own.Units);

    /// <summary>Ends a member with a reset. Under the lock; what it is told and who is woken is for after.</summary>
    internal void Evict(Member member, EvictionReason reason)
    {
        member.CutOff();
        member.EndSequence = Math.Min(member.EndSequence, _sequencer.Next);
        Interlocked.Increment(ref _evictions[(int)reason]);
    }

    /// <summary>Tells the log who was evicted. Not under the lock.</summary>
    private void TellEvicted(List<Member>? members, EvictionReason reason)
    {
        if (members is null)
        {
            return;
        }

        foreach (Member member in members)
        {
            RoomMessages.Evicted(_logger, member, reason.Explain());
        }
    }
}
