using System.Text;

namespace Chatctl.Core;

/// <content>How it moves: over its reader's own units, from segment to segment, and over what the log has left behind.</content>
internal sealed partial class Cursor
{
    /// <summary>
    /// Goes on where the log goes on, or, if it was to stop before that, leaves it; and has the reader told first what it has missed. Under the room's
    /// lock, by the reader.
    /// </summary>
    /// <param name="target">Where to go on.</param>
    /// <param name="own">All that the reader has in the log of its own.</param>
    /// <param name="ownFromTarget">How much of that is in the target and behind it.</param>
    /// <returns>What it has missed.</returns>
    public Tally Jump(Segment target, Tally own, Tally ownFromTarget)
    {
        bool stops = _stopAt <= target.Start;
        Tally missed = (stops ? new Tally(_stopSequence, _stopAt) : target.Before(0, _framing)) - _segment.Before(_offset, _framing);
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
            _notice = Encoding.ASCII.GetBytes($"chatctl: skipped {missed.Units} lines, {missed.Bytes} bytes{(char)_framing.Terminator()}");
        }

        return missed;
    }

    /// <summary>Moves over own units and into later segments, to the next byte to send or the end of what there is.</summary>
    private bool Settle(bool mayStrand, out int end)
    {
        bool deserted = false;
        while (true)
        {
            // In this order: a segment that has a next one grows no more, and where to stop is set before anything is appended behind it.
            Segment? next = _segment.Next;
            int length = _segment.Length;
            long due = Volatile.Read(ref _stopAt) - _segment.Start;
            end = (int)Math.Min(length, due);
            bool isCut = mayStrand && _segment.IsCut;
            if (isCut)
            {
                // Over the rest of a run of its own first: what it has of its own is counted by runs.
                SkipOwn(ref _run, ref _offset, end);
                end = Math.Min(end, _segment.UnitEnd(_offset, _framing));
            }

            if (SkipOwn(ref _run, ref _offset, end))
            {
                return deserted;
            }

            if (_offset == due)
            {
                // Nothing is due any more. A place in the log would only hold the others back until the peer has closed.
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

    /// <summary>Moves on into the next segment, unless that has been cut off from this one.</summary>
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

    /// <returns>Whether it left a segment that no other cursor stands in.</returns>
    private bool MoveTo(Segment next)
    {
        Segment left = _segment;
        Volatile.Write(ref _enteredAt, _time.GetTimestamp());
        Volatile.Write(ref _segment, next);
        (_offset, _run) = (0, 0);
        return left.Exit();
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
