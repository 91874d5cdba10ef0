namespace Chatctl.Core;

/// <content>
/// How it moves: over its reader's own units, from segment to segment, and over the part of the log that is cut off in front of it.
/// </content>
internal sealed partial class Cursor
{
    /// <summary>
    /// Moves to where the log goes on. If it had to stop before that place, it leaves the log instead. The reader then first gets a notice of what
    /// it has missed. Called by the reader, under the room's lock.
    /// </summary>
    /// <param name="target">Where to go on.</param>
    /// <param name="own">All units that the reader's member has sent since it joined.</param>
    /// <param name="ownFromTarget">Which of these are in the target and behind it.</param>
    /// <returns>What it has missed, without its own units.</returns>
    public Tally Jump(Segment target, Tally own, Tally ownFromTarget)
    {
        bool stops = _stopAt <= target.Start;
        Tally from = _segment.Before(_offset, _format);
        Tally to = stops ? new Tally(_stopSequence, _stopAt) : target.Before(0, _format);
        Tally missed = to - from;
        if (_countsOwn)
        {
            Tally ownBefore = stops ? own : own - ownFromTarget;
            missed -= ownBefore - _ownBefore - _segment.Of(_own, _offset);
            _ownBefore = ownBefore;
        }

        if (stops)
        {
            Close();
        }
        else
        {
            target.Enter();
            MoveTo(target);
        }

        IsStranded = false;
        if (missed.Units > 0)
        {
            _notice = _format.SkipNotice(from, to, missed);
        }

        return missed;
    }

    /// <summary>Moves over own units and into later segments, to the next byte to send or to the end of what is published.</summary>
    private bool Settle(bool mayStrand, out int end)
    {
        bool deserted = false;
        while (true)
        {
            // Read them in this order. A segment that has a next one does not grow, so the length is final then. The position to stop at is set
            // before anything is appended behind it, so it is seen in time.
            Segment? next = _segment.Next;
            int length = _segment.Length;
            long due = Volatile.Read(ref _stopAt) - _segment.Start;
            end = (int)Math.Min(length, due);
            bool isCut = mayStrand && _segment.IsCut;
            if (isCut)
            {
                // First move over the rest of an own run, since own units are counted by runs.
                SkipOwn(ref _run, ref _offset, end);
                end = Math.Min(end, _format.UnitEnd(_segment, _offset));
            }

            if (SkipOwn(ref _run, ref _offset, end))
            {
                return deserted;
            }

            if (_offset == due)
            {
                // It gets nothing more. If it stayed in the log, it would hold the others back until its peer has closed.
                return Close() || deserted;
            }

            if (isCut && _offset < length)
            {
                IsStranded = true;
                return deserted;
            }

            if (next is null)
            {
                return deserted;
            }

            if (!TryMoveTo(next, _segment.Start + length, ref deserted))
            {
                IsStranded = true;
                return deserted;
            }
        }
    }

    /// <summary>Moves into the next segment, unless the log was cut off between the two.</summary>
    private bool TryMoveTo(Segment next, long start, ref bool deserted)
    {
        if (!next.TryEnter())
        {
            return false;
        }

        if (next.Start != start)
        {
            deserted |= next.Exit();
            return false;
        }

        if (_countsOwn)
        {
            _ownBefore += _segment.Of(_own, _segment.Length);
        }

        deserted |= MoveTo(next);
        return true;
    }

    /// <returns>Whether it left a segment in which no other cursor stands.</returns>
    private bool MoveTo(Segment next)
    {
        Segment left = _segment;
        Volatile.Write(ref _enteredAt, _time.GetTimestamp());
        Volatile.Write(ref _segment, next);
        (_offset, _run) = (0, 0);
        return left.Exit();
    }

    /// <summary>Moves over own runs.</summary>
    /// <returns>Whether there is a byte of another sender before the end.</returns>
    private bool SkipOwn(ref int run, ref int offset, int end)
    {
        while (offset < end && _own != NoSender)
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

    /// <summary>The end of the stretch of other senders' bytes that begins at an offset.</summary>
    private int StretchEnd(ref int run, int offset, int end)
    {
        if (_own == NoSender)
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
