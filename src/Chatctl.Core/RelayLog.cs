namespace Chatctl.Core;

/// <summary>
/// A feed's log: every unit once, in the one order that all members see, as a chain of segments. Units are appended at the tail. Segments are
/// trimmed at the head, up to the first segment in which a cursor stands. The head can also be cut off. Then the cursors in it are left behind,
/// and their segment is kept beside the chain until they have moved on.
/// </summary>
/// <remarks>
/// The memory does not depend on the number of readers. Redis' replication backlog and Icecast's queue use the same idea. Everything here is
/// called under the room's lock. Cursors read without it.
/// </remarks>
/// <param name="segmentBytes">The size of a segment, at least that of the longest unit.</param>
/// <param name="format">What the units look like.</param>
/// <param name="maySkip">Whether cursors that are left behind go on.</param>
/// <param name="time">The clock that tells when a segment was sealed.</param>
/// <param name="firstSequence">The sequence number of the first unit.</param>
/// <param name="historyBytes">How many bytes to keep at least for readers that come later. It fits into a bit less than half of the window.</param>
/// <param name="waits">Whether units wait for <see cref="PublishTo"/>, also those in full segments. If not, readers see a full segment at once.</param>
internal sealed partial class RelayLog(int segmentBytes, UnitFormat format, bool maySkip, TimeProvider time, long firstSequence = 0, long historyBytes = 0, bool waits = false)
{
    private readonly Stack<Segment> _spare = new();

    // Segments that were cut off while cursors stood in them, oldest first.
    private readonly List<Segment> _pinned = new(RoomOptions.MostPinned);
    private Segment _head = null!;
    private Segment _tail = null!;

    /// <summary>The size of a segment, and so the most that can be appended at once.</summary>
    public int SegmentBytes => segmentBytes;

    /// <summary>How many segments the window has now, from the oldest that is not cut off to the tail.</summary>
    public int SegmentCount { get; private set; }

    /// <summary>How many segments are cut off and kept for cursors that stand in them.</summary>
    public int PinnedCount => _pinned.Count;

    /// <summary>The oldest segment of the window; null before the first member has joined.</summary>
    public Segment? Head => _head;

    /// <summary>The segment that is being written.</summary>
    public Segment Tail
    {
        get
        {
            EnsureTail();
            return _tail;
        }
    }

    /// <summary>
    /// Where a cursor that was left behind goes on: the segment from which half of a full window is left up to the tail, or the oldest one.
    /// </summary>
    public Segment Halfway
    {
        get
        {
            Segment segment = _head;
            for (int count = SegmentCount; count > RoomOptions.Segments / 2; count--)
            {
                segment = segment.Following!;
            }

            return segment;
        }
    }

    /// <summary>How many bytes are kept. Segments that are cut off count in full.</summary>
    public long Kept => _tail is null ? 0 : End.Bytes - _head.Start + ((long)_pinned.Count * segmentBytes);

    /// <summary>What is not in the window any more.</summary>
    public GoneUnits Gone { get; } = new(firstSequence);

    /// <summary>Where the next unit will stand: its sequence number, and the bytes before it since the log began.</summary>
    public Tally End => _tail is null ? new(firstSequence, 0) : new(_tail.FirstSequence + _tail.Units, _tail.Start + _tail.Written);

    /// <summary>Opens a cursor at the tail: it reads what is appended from now on.</summary>
    /// <param name="own">The sender whose units it passes over, or <see cref="Cursor.NoSender"/>.</param>
    public Cursor OpenCursor(long own) => OpenCursor(own, Tail, Tail.Written);

    /// <summary>Opens a cursor in the past: it first reads what is kept from there on.</summary>
    /// <param name="own">The sender whose units it passes over, or <see cref="Cursor.NoSender"/>.</param>
    /// <param name="segment">A segment of the window.</param>
    /// <param name="offset">The start or end of a unit in it.</param>
    public Cursor OpenCursor(long own, Segment segment, int offset) => new(segment, offset, own, format, maySkip, time);

    /// <summary>
    /// Appends whole units of one sender. They come in two pieces, so that the kept beginning of a unit need not be copied together with its end.
    /// Readers see them after <see cref="Publish"/>, or when their segment is full, unless units wait.
    /// </summary>
    /// <param name="owner">The sender.</param>
    /// <param name="head">The first piece.</param>
    /// <param name="rest">The second piece; it may be empty. Both together fit into a segment.</param>
    /// <param name="units">How many units they are.</param>
    public void Append(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units)
    {
        EnsureTail();
        while (!_tail.TryAppend(owner, head, rest, units))
        {
            Segment next = Rent();
            _tail.Link(next);
            _tail = next;
            if (!waits)
            {
                SealBefore(next.Start);
            }
        }
    }

    /// <summary>
    /// Gives back the segments in which no cursor stands: those that are cut off, and those at the head, except for the history. While some are
    /// cut off, a full window is kept, so that the cursors in them lose as little as possible when they jump.
    /// </summary>
    public void Trim()
    {
        for (int i = _pinned.Count - 1; i >= 0; i--)
        {
            if (_pinned[i].TryRetire())
            {
                _spare.Push(_pinned[i]);
                _pinned.RemoveAt(i);
            }
        }

        int most = _pinned.Count == 0 ? 1 : RoomOptions.Segments - 1;
        while (SegmentCount > most && End.Bytes - _head.Following!.Start >= historyBytes && _head.TryRetire())
        {
            _spare.Push(Unlink());
        }
    }

    /// <summary>Gives back segments at the head in which no cursor stands, also those of the history, until so many are left.</summary>
    public void TrimTo(int count)
    {
        while (SegmentCount > count && _head.TryRetire())
        {
            _spare.Push(Unlink());
        }
    }

    /// <summary>Cuts off the oldest segment, even if cursors stand in it. There must be another segment behind it.</summary>
    public void CutHead()
    {
        _head.Cut();
        if (_head.TryRetire())
        {
            _spare.Push(Unlink());
        }
        else
        {
            _pinned.Add(Unlink());
        }
    }

    /// <summary>Where a segment that is cut off begins. The index counts from the oldest one.</summary>
    public long PinnedStart(int index) => _pinned[index].Start;

    private Segment Unlink()
    {
        Segment head = _head;
        _head = head.Following!;
        Gone.Add(head);
        SegmentCount--;
        return head;
    }

    private void EnsureTail()
    {
        if (_tail is null)
        {
            _head = _tail = _publishing = Rent();
            if (waits)
            {
                _publishing.Enter();
            }
        }
    }

    private Segment Rent()
    {
        if (!_spare.TryPop(out Segment? segment))
        {
            segment = new Segment(segmentBytes);
        }

        segment.Reset(End.Bytes, End.Units);
        SegmentCount++;
        return segment;
    }
}
