namespace Chatctl.Core;

/// <summary>
/// A reader's position in the log. To flush a member is to send everything from its cursor to the tail, passing over its own units; a slow
/// receiver is a cursor that lags.
/// </summary>
/// <remarks>Used by one thread at a time, without a lock. Where it stands may be looked at from other threads.</remarks>
internal sealed class Cursor
{
    /// <summary>The sender that nobody is: a cursor that passes over nothing.</summary>
    public const long Nobody = 0;

    private readonly long _own;
    private readonly TimeProvider _time;
    private long _stopAt = long.MaxValue;
    private volatile bool _closed;
    private Segment _segment;
    private int _offset;

    // The run that holds the byte at _offset, or one before it.
    private int _run;
    private long _enteredAt;

    // What the last gathering gave, and where the cursor stands when all of it has been sent.
    private int _given;
    private int _givenOffset;
    private int _givenRun;

    /// <summary>Opens a cursor at the end of a segment.</summary>
    public Cursor(Segment segment, long own, TimeProvider time)
    {
        _segment = segment;
        _own = own;
        _time = time;
        _enteredAt = time.GetTimestamp();
        _offset = segment.Length;
        _run = segment.LastRun;
        segment.Enter();
    }

    /// <summary>Whether it has left the log: it has got to the position it was to stop at, or was closed. For the reader.</summary>
    public bool IsClosed => _closed;

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

    /// <summary>Sets the position, in bytes since the room began, behind which it gives nothing, unless an earlier one was set. Under the room's lock.</summary>
    public void StopAt(long position) => Volatile.Write(ref _stopAt, Math.Min(_stopAt, position));

    /// <summary>
    /// Gathers bytes to send: a stretch of the log where one lies ready, or, where own units make holes, pieces copied together.
    /// </summary>
    /// <param name="scratch">Where pieces are put together; if it is empty, the answer is always a stretch of the log.</param>
    /// <param name="bytes">The bytes; empty if there are none.</param>
    /// <returns>Whether a segment was left behind that no other cursor stands in: it can be trimmed.</returns>
    public bool Gather(Memory<byte> scratch, out ReadOnlyMemory<byte> bytes)
    {
        _given = 0;
        bytes = default;
        if (_closed)
        {
            return false;
        }

        bool deserted = Settle(out int end);
        if (_offset >= end)
        {
            return deserted;
        }

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
        if (count > 0 && count == _given)
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

    /// <summary>Moves over own units and into later segments, to the next byte to send or the end of what there is.</summary>
    private bool Settle(out int end)
    {
        bool deserted = false;
        while (true)
        {
            // In this order: a segment that has a next one grows no more, and where to stop is set before anything is appended behind it.
            Segment? next = _segment.Next;
            int length = _segment.Length;
            long due = Volatile.Read(ref _stopAt) - _segment.Start;
            end = (int)Math.Min(length, due);
            if (SkipOwn(ref _run, ref _offset, end))
            {
                return deserted;
            }

            if (_offset == due)
            {
                // Nothing is due any more. A place in the log would only hold the others back until the peer has closed.
                return Close() || deserted;
            }

            if (next is null)
            {
                return deserted;
            }

            Segment left = _segment;
            next.Enter();
            Volatile.Write(ref _enteredAt, _time.GetTimestamp());
            Volatile.Write(ref _segment, next);
            (_offset, _run) = (0, 0);
            deserted |= left.Exit();
        }
    }

    /// <summary>Moves over own runs.</summary>
    /// <returns>Whether there is a byte of somebody else's before the end.</returns>
    private bool SkipOwn(ref int run, ref int offset, int end)
    {
        while (offset < end && _own != Nobody)
        {
            ref readonly Run current = ref _segment.RunAt(run);
            int runEnd = Volatile.Read(in current.End);
            if (runEnd <= offset)
            {
                run++;
            }
            else if (current.Owner == _own)
            {
                offset = Math.Min(runEnd, end);
            }
            else
            {
                return true;
            }
        }

        return offset < end;
    }

    /// <summary>Where the stretch of other senders' bytes that begins at an offset ends.</summary>
    private int StretchEnd(ref int run, int offset, int end)
    {
        if (_own == Nobody)
        {
            return end;
        }

        while (offset < end)
        {
            ref readonly Run current = ref _segment.RunAt(run);
            int runEnd = Volatile.Read(in current.End);
            if (runEnd > offset)
            {
                if (current.Owner == _own)
                {
                    break;
                }

                offset = Math.Min(runEnd, end);
                if (offset == end)
                {
                    break;
                }
            }

            run++;
        }

        return offset;
    }
}
