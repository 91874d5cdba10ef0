namespace Chatctl.Core;

/// <summary>
/// The room's log: every unit once, in the one order that all members see, as a chain of segments. It is appended to at the tail and
/// trimmed at the head, up to the first segment that a cursor stands in.
/// </summary>
/// <remarks>
/// Memory is that of the units kept, whatever the number of readers. Redis' replication backlog and Icecast's queue stand on the same
/// idea. Everything here is called under the room's lock; cursors read without it.
/// </remarks>
/// <param name="segmentBytes">The size of a segment, at least that of the longest unit.</param>
/// <param name="time">The clock that segments are sealed by.</param>
internal sealed class RelayLog(int segmentBytes, TimeProvider time)
{
    private readonly Stack<Segment> _spare = new();
    private Segment _head = null!;
    private Segment _tail = null!;

    /// <summary>The size of a segment, and so the most that can be appended at once.</summary>
    public int SegmentBytes => segmentBytes;

    /// <summary>How many segments are in use.</summary>
    public int SegmentCount { get; private set; }

    /// <summary>Where the next unit will stand, in bytes since the room began.</summary>
    public long Position => _tail is null ? 0 : _tail.Start + _tail.Length;

    /// <summary>The sequence number that the next unit will have; the first has 0.</summary>
    public long Sequence => _tail is null ? 0 : _tail.FirstSequence + _tail.Units;

    /// <summary>A cursor at the tail: it will read what is appended from now on.</summary>
    /// <param name="own">The sender whose units it passes over, or <see cref="Cursor.Nobody"/>.</param>
    public Cursor OpenCursor(long own)
    {
        EnsureTail();
        return new Cursor(_tail, own, time);
    }

    /// <summary>Appends whole units of one sender, given in two pieces so that a kept beginning need not be copied together with its end.</summary>
    /// <param name="owner">The sender.</param>
    /// <param name="head">The first piece.</param>
    /// <param name="rest">The second, which may be empty. Both together fit a segment.</param>
    /// <param name="units">How many units they are.</param>
    public void Append(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units)
    {
        EnsureTail();
        while (!_tail.TryAppend(owner, head, rest, units))
        {
            Segment next = Rent();
            _tail.Seal(next, time.GetTimestamp());
            _tail = next;
        }
    }

    /// <summary>Gives back the segments in front that no cursor stands in.</summary>
    public void Trim()
    {
        while (_head != _tail && _head.IsDeserted)
        {
            Segment deserted = _head;
            _head = deserted.Next!;
            _spare.Push(deserted);
            SegmentCount--;
        }
    }

    private void EnsureTail()
    {
        if (_tail is null)
        {
            _head = _tail = Rent();
        }
    }

    private Segment Rent()
    {
        if (!_spare.TryPop(out Segment? segment))
        {
            segment = new Segment(segmentBytes);
        }

        segment.Reset(Position, Sequence);
        SegmentCount++;
        return segment;
    }
}
