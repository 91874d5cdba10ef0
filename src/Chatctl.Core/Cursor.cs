namespace Chatctl.Core;

/// <summary>
/// A reader's position in the log. To flush a member is to send everything from its cursor to the tail, without the member's own units. A slow
/// receiver is a cursor that lags.
/// </summary>
/// <remarks>One thread at a time moves it, without a lock. Other threads may look at where it stands.</remarks>
internal sealed partial class Cursor
{
    /// <summary>No sender has this number. A cursor with it passes over nothing.</summary>
    public const long NoSender = 0;

    private readonly long _own;
    private readonly UnitFormat _format;
    private readonly bool _countsOwn;
    private readonly TimeProvider _time;
    private long _stopAt = long.MaxValue;
    private long _stopSequence;
    private volatile bool _closed;
    private volatile bool _hasUnsent;
    private int _hasTaken;
    private Segment _segment;
    private int _offset;

    // The run that holds the byte at _offset, or one before it.
    private int _run;
    private long _enteredAt;

    // How much the last gathering gave, and where the cursor stands once all of it has been sent.
    private int _given;
    private int _givenOffset;
    private int _givenRun;

    // The reader's own units in all segments before the one it stands in.
    private Tally _ownBefore;
    private ReadOnlyMemory<byte> _notice;

    private long _position;
    private long _taken;

    /// <summary>Opens a cursor. Under the room's lock.</summary>
    /// <param name="segment">The segment that it stands in.</param>
    /// <param name="offset">Where in the segment: the start or the end of a unit.</param>
    /// <param name="own">The sender whose units it passes over, or <see cref="NoSender"/>.</param>
    /// <param name="format">What the units look like.</param>
    /// <param name="maySkip">Whether it may have to <see cref="Jump"/>.</param>
    /// <param name="time">The clock for stalls.</param>
    public Cursor(Segment segment, int offset, long own, UnitFormat format, bool maySkip, TimeProvider time)
    {
        _segment = segment;
        _own = own;
        _format = format;
        _countsOwn = maySkip && own != NoSender;
        _time = time;
        _enteredAt = time.GetTimestamp();
        _offset = offset;
        _position = segment.Start + offset;
        _run = offset == segment.Written ? segment.LastRun : 0;
        segment.Enter();
    }

    /// <summary>Whether it has left the log: it has reached the position where it had to stop, or was closed. From any thread.</summary>
    public bool IsClosed => _closed;

    /// <summary>
    /// Whether it is closed and an end was set for its reader. The cursor of a member that may not read is closed from the start, which is no end.
    /// From any thread.
    /// </summary>
    public bool IsAtEnd => _closed && StopsAt != long.MaxValue;

    /// <summary>
    /// Whether it cannot go on by itself: it stands at a unit's end, and the log was cut off in front of it. It gives nothing until
    /// <see cref="Jump"/> has moved it. For the reader.
    /// </summary>
    public bool IsStranded { get; private set; }

    /// <summary>
    /// Where the segment in which it stands begins. From any thread. If the cursor moves on meanwhile, the answer is the start of a later
    /// segment.
    /// </summary>
    public long SegmentStart => Volatile.Read(ref _segment).Start;

    /// <summary>
    /// Whether it gave bytes that were not reported as sent. If not, its transport has not asked for bytes yet, so its peer is not to blame.
    /// From any thread.
    /// </summary>
    public bool HasUnsent => _hasUnsent;

    /// <summary>
    /// Since when it could have given its segment back and has not, as a timestamp. It is <see cref="long.MaxValue"/> while the segment is still
    /// being written, and once the cursor is closed. From any thread. If the cursor moves on meanwhile, the answer is about a later segment: a
    /// later time, which is in the reader's favour.
    /// </summary>
    public long HoldsBackSince
    {
        get
        {
            Segment segment = Volatile.Read(ref _segment);
            return _closed || segment.Next is null ? long.MaxValue : Math.Max(Volatile.Read(ref _enteredAt), segment.SealedAt);
        }
    }

    /// <summary>
    /// Whether <see cref="Insert"/> may be called: it stands at the start or the end of a unit, and nothing that it gave may be on its way. For the reader.
    /// </summary>
    public bool MayInsert => _given == 0 && _notice.IsEmpty && (_closed || _offset == 0 || _format.UnitEnd(_segment, _offset) == _offset);

    /// <summary>Whether it was opened behind what is published, and that has not been reached yet. For the reader.</summary>
    public bool IsAhead => !_closed && _offset > _segment.Length;

    /// <summary>The place where it stops. Under the room's lock.</summary>
    public Tally Stop => new(_stopSequence, _stopAt);

    /// <summary>The position where it stops; <see cref="long.MaxValue"/> if there is none. From any thread.</summary>
    public long StopsAt => Volatile.Read(ref _stopAt);

    /// <summary>Where it stood when its reader last gathered or sent, in bytes since the room began. From any thread.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>How many bytes of what it gave have been sent. From any thread.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>
    /// Sets the position where it stops, unless an earlier one was set. The reader has no own units behind it. Under the room's lock.
    /// </summary>
    public void StopAt(Tally position)
    {
        if (position.Bytes < _stopAt)
        {
            _stopSequence = position.Units;
            Volatile.Write(ref _stopAt, position.Bytes);
        }
    }

    /// <summary>Gives these bytes next, before what the log has. For the reader, if <see cref="MayInsert"/>.</summary>
    /// <param name="bytes">They stay valid until their sending is reported.</param>
    public void Insert(ReadOnlyMemory<byte> bytes) => _notice = bytes;

    /// <summary>Whether it has moved on by at least a byte since the last call. From any thread.</summary>
    public bool TakeProgress() => Interlocked.Exchange(ref _hasTaken, 0) != 0;

    /// <summary>
    /// Gathers bytes to send. Where the log has a long enough piece without own units, the answer is that piece of the log. Where own units make
    /// holes, the answer is a copy of the pieces between them. What was inserted comes first. What follows it is copied behind it, since a send costs
    /// more than a copy.
    /// </summary>
    /// <param name="scratch">Memory for the copy. If it is empty, the answer is always a piece of the log, or what was inserted.</param>
    /// <param name="pauses">Whether to give no more than the rest of a unit that was begun.</param>
    /// <param name="bytes">The bytes; empty if there are none.</param>
    /// <returns>Whether it left a segment in which no other cursor stands: the log can be trimmed.</returns>
    public bool Gather(Memory<byte> scratch, bool pauses, out ReadOnlyMemory<byte> bytes)
    {
        // Bytes that were given are given again until their sending is reported, since they may be on their way. So it must not jump over those of the log.
        bool mayStrand = _given <= _notice.Length;
        bool deserted = false;
        int end = _offset;
        if (!_closed)
        {
            deserted = Settle(mayStrand, out end);

            // What was inserted is given before it jumps.
            IsStranded &= _notice.IsEmpty;
            SetPosition();
            if (pauses && _offset < end)
            {
                // What was given may be on its way. So its first unit counts as begun.
                end = Math.Min(end, _format.UnitEnd(_segment, mayStrand ? _offset : _offset + 1));
            }
        }

        int run = _run;
        int offset = _offset;
        int stretch = offset < end ? StretchEnd(ref run, offset, end) : offset;
        bool isLong = stretch - offset >= scratch.Length;
        if (!_notice.IsEmpty && (stretch == offset || isLong || _notice.Length >= scratch.Length))
        {
            bytes = _notice;
        }
        else if (_notice.IsEmpty && (stretch == end || isLong))
        {
            bytes = _segment.Memory(offset, stretch - offset);
            (_givenOffset, _givenRun) = (stretch, run);
        }
        else
        {
            bytes = Copy(scratch, end);
        }

        _given = bytes.Length;
        _hasUnsent = _given > 0;
        return deserted;
    }

    /// <summary>Moves on by what has been sent.</summary>
    /// <param name="count">Bytes of what the last <see cref="Gather"/> gave, from its start.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than it gave.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _given);
        if (count > 0)
        {
            Volatile.Write(ref _hasTaken, 1);
        }

        // Only its reader adds, so this needs no interlocked operation.
        Volatile.Write(ref _taken, _taken + count);
        _hasUnsent = count < _given;
        int told = Math.Min(count, _notice.Length);
        _notice = _notice[told..];
        if (count > told && count == _given)
        {
            (_offset, _run) = (_givenOffset, _givenRun);
        }
        else
        {
            count -= told;
            while (count > 0 && SkipOwn(ref _run, ref _offset, _givenOffset))
            {
                int run = _run;
                int step = Math.Min(StretchEnd(ref run, _offset, _givenOffset) - _offset, count);
                _offset += step;
                count -= step;
            }
        }

        _given = 0;
        SetPosition();
    }

    /// <summary>Leaves the log. A second call does nothing.</summary>
    /// <returns>Whether it left a segment in which no other cursor stands.</returns>
    public bool Close()
    {
        if (_closed)
        {
            return false;
        }

        _closed = true;
        return _segment.Exit();
    }

    /// <summary>Copies what was inserted, and the pieces of the log behind it.</summary>
    private ReadOnlyMemory<byte> Copy(Memory<byte> scratch, int end)
    {
        _notice.CopyTo(scratch);
        int filled = _notice.Length;
        int run = _run;
        int offset = _offset;
        while (filled < scratch.Length && SkipOwn(ref run, ref offset, end))
        {
            // First limit the end to what fits, then look for the stretch: the run must be the one at that limit. Otherwise the next gathering
            // would pass over the bytes between.
            int stretch = StretchEnd(ref run, offset, Math.Min(end, offset + scratch.Length - filled));
            _segment.Memory(offset, stretch - offset).CopyTo(scratch[filled..]);
            filled += stretch - offset;
            offset = stretch;
        }

        (_givenOffset, _givenRun) = (offset, run);
        return scratch[..filled];
    }

    /// <summary>
    /// Shows other threads where it stands. This is a full fence, as in <see cref="Close"/>: next, the reader checks whether a receipt
    /// waits for it.
    /// </summary>
    private void SetPosition()
    {
        long position = _segment.Start + _offset;
        if (position != _position)
        {
            Interlocked.Exchange(ref _position, position);
        }
    }
}
