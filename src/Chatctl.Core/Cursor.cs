namespace Chatctl.Core;

/// <summary>
/// A reader's position in the log. To flush a member is to send everything from its cursor to the tail, passing over its own units; a slow
/// receiver is a cursor that lags.
/// </summary>
/// <remarks>Used by one thread at a time, without a lock. Where it stands may be looked at from other threads.</remarks>
internal sealed partial class Cursor
{
    /// <summary>The sender that nobody is: a cursor that passes over nothing.</summary>
    public const long Nobody = 0;

    private readonly long _own;
    private readonly Framing _framing;
    private readonly bool _countsOwn;
    private readonly TimeProvider _time;
    private long _stopAt = long.MaxValue;
    private long _stopSequence;
    private volatile bool _closed;
    private volatile bool _hasUnsent;
    private volatile bool _hasTaken;
    private Segment _segment;
    private int _offset;

    // The run that holds the byte at _offset, or one before it.
    private int _run;
    private long _enteredAt;

    // What the last gathering gave, and where the cursor stands when all of it has been sent.
    private int _given;
    private int _givenOffset;
    private int _givenRun;

    // What the reader has of its own before the segment it stands in.
    private Tally _ownBefore;
    private ReadOnlyMemory<byte> _notice;

    private long _position;
    private long _taken;

    /// <summary>Opens a cursor at the end of a segment. Under the room's lock.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="own">The sender whose units it passes over, or <see cref="Nobody"/>.</param>
    /// <param name="framing">What a unit is.</param>
    /// <param name="maySkip">Whether it is ever to <see cref="Jump"/>.</param>
    /// <param name="time">The clock for stalls.</param>
    public Cursor(Segment segment, long own, Framing framing, bool maySkip, TimeProvider time)
    {
        _segment = segment;
        _own = own;
        _framing = framing;
        _countsOwn = maySkip && own != Nobody;
        _time = time;
        _enteredAt = time.GetTimestamp();
        _offset = segment.Written;
        _position = segment.Start + _offset;
        _run = segment.LastRun;
        segment.Enter();
    }

    /// <summary>Whether it has left the log: it has got to the position it was to stop at, or was closed. For the reader.</summary>
    public bool IsClosed => _closed;

    /// <summary>
    /// Whether it cannot go on by itself: it stands at a unit's end, and what comes next is cut off from it. It gives nothing until it has
    /// been sent elsewhere with <see cref="Jump"/>. For the reader.
    /// </summary>
    public bool IsStranded { get; private set; }

    /// <summary>Where the segment that it stands in begins. From any thread; if the cursor moves on meanwhile, the answer is where a later one does.</summary>
    public long SegmentStart => Volatile.Read(ref _segment).Start;

    /// <summary>
    /// Whether it was given bytes that it has not reported as sent. One that was not has only not been asked yet: that is its transport's
    /// doing, and no fault of its peer's. From any thread.
    /// </summary>
    public bool HasUnsent => _hasUnsent;

    /// <summary>
    /// Since when it could have given its segment back and has not, as a timestamp; <see cref="long.MaxValue"/> while the segment is still
    /// being written, and once it is closed. From any thread: if the cursor moves on meanwhile, the answer is about a later segment and
    /// only ever more lenient.
    /// </summary>
    public long HoldsBackSince
    {
        get
        {
            Segment segment = Volatile.Read(ref _segment);
            return _closed || segment.Next is null ? long.MaxValue : Math.Max(Volatile.Read(ref _enteredAt), segment.SealedAt);
        }
    }

    /// <summary>The position behind which it gives nothing; <see cref="long.MaxValue"/> if there is none. From any thread.</summary>
    public long StopsAt => Volatile.Read(ref _stopAt);

    /// <summary>Where it stood when its reader last gathered or sent, in bytes since the room began. From any thread.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>How many bytes of what it gave have been sent. From any thread.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Sets the position behind which it gives nothing, unless an earlier one was set. Nothing of its own comes behind it. Under the room's lock.</summary>
    public void StopAt(Tally position)
    {
        if (position.Bytes < _stopAt)
        {
            _stopSequence = position.Units;
            Volatile.Write(ref _stopAt, position.Bytes);
        }
    }

    /// <summary>Whether it has moved on by a byte since it was last asked so. From any thread.</summary>
    public bool TakeProgress()
    {
        bool progress = _hasTaken;
        _hasTaken = false;
        return progress;
    }

    /// <summary>
    /// Gathers bytes to send: a stretch of the log where one lies ready, or, where own units make holes, pieces copied together.
    /// </summary>
    /// <param name="scratch">Where pieces are put together; if it is empty, the answer is always a stretch of the log.</param>
    /// <param name="bytes">The bytes; empty if there are none.</param>
    /// <returns>Whether a segment was left behind that no other cursor stands in: it can be trimmed.</returns>
    public bool Gather(Memory<byte> scratch, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!_notice.IsEmpty)
        {
            bytes = _notice;
            _given = _notice.Length;
            _hasUnsent = true;
            return false;
        }

        // What was given once is given again until it is known what was sent of it: it may be on its way.
        bool mayStrand = _given == 0;
        _given = 0;
        if (_closed)
        {
            _hasUnsent = false;
            return false;
        }

        bool deserted = Settle(mayStrand, out int end);
        SetPosition();
        if (_offset >= end)
        {
            _hasUnsent = false;
            return deserted;
        }

        _hasUnsent = true;
        int run = _run;
        int stretch = StretchEnd(ref run, _offset, end);
        if (stretch == end || stretch - _offset >= scratch.Length)
        {
            bytes = _segment.Memory(_offset, stretch - _offset);
            (_given, _givenOffset, _givenRun) = (stretch - _offset, stretch, run);
            return deserted;
        }

        run = _run;
        int offset = _offset;
        int filled = 0;
        while (filled < scratch.Length && SkipOwn(ref run, ref offset, end))
        {
            // Cut before looking, not after: the run must be the one at the cut, or the next gathering would pass over what lies between.
            stretch = StretchEnd(ref run, offset, Math.Min(end, offset + scratch.Length - filled));
            _segment.Memory(offset, stretch - offset).CopyTo(scratch[filled..]);
            filled += stretch - offset;
            offset = stretch;
        }

        bytes = scratch[..filled];
        (_given, _givenOffset, _givenRun) = (filled, offset, run);
        return deserted;
    }

    /// <summary>Moves on by what has been sent.</summary>
    /// <param name="count">Bytes of what the last <see cref="Gather"/> gave, from its start.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than it gave.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _given);
        _hasTaken |= count > 0;

        // Its reader alone adds, so this needs no interlocked operation.
        Volatile.Write(ref _taken, _taken + count);
        _hasUnsent = count < _given;
        if (!_notice.IsEmpty)
        {
            _notice = _notice[count..];
        }
        else if (count > 0 && count == _given)
        {
            (_offset, _run) = (_givenOffset, _givenRun);
        }
        else
        {
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

    /// <summary>Leaves the log. Calling it again does nothing.</summary>
    /// <returns>Whether it left a segment that no other cursor stands in.</returns>
    public bool Close()
    {
        if (_closed)
        {
            return false;
        }

        _closed = true;
        return _segment.Exit();
    }

    /// <summary>Shows others where it stands. A full fence, as <see cref="Close"/> has one: the reader looks next whether a receipt waits for it to get here.</summary>
    private void SetPosition()
    {
        long position = _segment.Start + _offset;
        if (position != _position)
        {
            Interlocked.Exchange(ref _position, position);
        }
    }
}
