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
    private long _sentBefore;
    private long _received;
    private long _skipped;

    /// <summary>How many members have been evicted for a reason since the room began.</summary>
    /// <param name="reason">The reason.</param>
    public long Evictions(EvictionReason reason) => Interlocked.Read(ref _evictions[(int)reason]);

    /// <summary>What the room has done, and how it stands now. From any thread; looks at every member, so not for every line.</summary>
    public RoomFigures Figures()
    {
        lock (_gate)
        {
            (long deliveries, long sent, long lag) = (_deliveriesBefore, _sentBefore, 0);
            foreach (Member member in _members)
            {
                deliveries += Deliveries(member);
                sent += member.Cursor.Taken;
                lag = member.Cursor.IsClosed || member.IsEvicted ? lag : Math.Max(lag, _log.End.Bytes - member.Cursor.Position);
            }

            return new RoomFigures
            {
                Members = _members.Count,
                Joins = _lastId,
                Lines = _log.End.Units,
                Deliveries = deliveries,
                Skipped = _skipped,
                Received = _received,
                Sent = sent,
                Evictions = Enum.GetValues<EvictionReason>().ToDictionary(reason => reason, Evictions),
                WindowUsage = _log.Kept,
                WindowLimit = _options.BufferBytes,
                Unfinished = _unfinished.Bytes,
                Lag = lag,
            };
        }
    }

    /// <summary>Adds a leaving member's sums to those of the others that have left. Under the lock.</summary>
    private void Remember(Member member)
    {
        _deliveriesBefore += Deliveries(member);
        _sentBefore += member.Cursor.Taken;
    }

    /// <summary>How many lines a member was to get. Under the lock.</summary>
    private long Deliveries(Member member) => Math.Min(member.EndSequence, _log.End.Units) - member.FirstSequence - (_options.Echo ? 0 : member.Ordered.Units);

    /// <summary>Ends a member with a reset. Under the lock; what it is told and who is woken is for after.</summary>
    private void Evict(Member member, EvictionReason reason)
    {
        member.Evict();
        member.EndSequence = Math.Min(member.EndSequence, _log.End.Units);
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
