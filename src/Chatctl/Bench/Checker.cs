using System.Runtime.CompilerServices;

namespace Chatctl.Bench;

/// <summary>
/// Judges what every receiver gets: that each line is whole, comes once, after its sender's lines before it, and to everybody in one order.
/// Fed with bytes as they come, in one thread. Allocates only when something is wrong.
/// </summary>
/// <param name="format">How lines look.</param>
/// <param name="receivers">How many get lines; the first of them is the <see cref="OrderWitness"/>.</param>
/// <param name="senders">How many of the receivers send too: the last ones. Sender 0 is the last receiver, sender 1 the one before it.</param>
/// <param name="echo">Whether a sender gets its own lines too.</param>
/// <param name="oneOrder">Whether the relay promises one order to all.</param>
/// <param name="latencies">Where the time from due to here is recorded.</param>
internal sealed unsafe class Checker(LineFormat format, int receivers, int senders, bool echo, bool oneOrder, LatencyWindow latencies)
{
    private readonly Receiver[] _receivers = new Receiver[receivers];
    private readonly long[] _next = new long[(long)receivers * senders];
    private readonly bool[] _ended = new bool[(long)receivers * senders];
    private readonly Dictionary<long, MissingNumbers> _missing = [];
    private readonly OrderWitness _witness = new(senders);
    private readonly Faults _faults = new();

    /// <summary>Deliveries of load lines so far, to all receivers.</summary>
    public long Deliveries { get; private set; }

    /// <summary>Deliveries of which the fate is known: those that came, and those whose place another has taken.</summary>
    public long Settled => Deliveries + _faults.Lost;

    /// <summary>What was wrong so far.</summary>
    public Faults Faults => _faults;

    /// <summary>How many receivers have got a probe.</summary>
    public int Probed { get; private set; }

    /// <summary>How many times a receiver has seen a sender's end.</summary>
    public long Ends { get; private set; }

    /// <summary>How many such ends there are in all.</summary>
    public long ExpectedEnds => ((long)receivers * senders) - (echo ? 0 : senders);

    /// <summary>Whether the last receiver has got a probe that it had sent itself.</summary>
    public bool ProbeCameBack { get; private set; }

    /// <summary>Which sender a receiver is; negative or too large if it is none.</summary>
    public int SenderOf(int receiver) => receivers - 1 - receiver;

    /// <summary>Takes what a receiver has got.</summary>
    /// <param name="receiver">Which.</param>
    /// <param name="bytes">From where the last call has left off.</param>
    /// <param name="now">The time, in nanoseconds since the run began.</param>
    /// <returns>How many bytes were taken: all but the beginning of a line. The caller brings the rest again with what follows it.</returns>
    public int Take(int receiver, ReadOnlySpan<byte> bytes, long now)
    {
        ref Receiver state = ref _receivers[receiver];
        int size = format.Size;
        long row = (long)receiver * senders;
        fixed (byte* start = bytes)
        {
            byte* at = start, end = start + bytes.Length;
            while (end - at >= size)
            {
                if (!format.TryRead(at, out ulong origin, out ulong field, out ulong due, out ulong hash))
                {
                    at += Resynchronize(new ReadOnlySpan<byte>(at, (int)(end - at)));
                    continue;
                }

                at += size;
                if (origin != state.Origin && !TryTurnTo(ref state, receiver, origin, field))
                {
                    continue;
                }

                long number = LineFormat.Decode(field);
                ref long next = ref _next[row + state.Sender];
                if (number == next)
                {
                    next++;
                }
                else if (!TakeOutOfTurn(ref next, row + state.Sender, number))
                {
                    continue;
                }

                Deliveries++;
                state.Place++;
                state.Weighted += hash * state.Place;
                if (receiver == 0)
                {
                    _witness.Add(state.Sender, hash);
                }

                latencies.Record(due, now);
            }

            return (int)(at - start);
        }
    }

    /// <summary>The verdict. Call it once, when nothing more is awaited.</summary>
    /// <param name="sent">How many lines each sender has sent.</param>
    public Faults Conclude(ReadOnlySpan<long> sent)
    {
        for (int receiver = 0; receiver < receivers; receiver++)
        {
            for (int sender = 0; sender < senders; sender++)
            {
                if (echo || SenderOf(receiver) != sender)
                {
                    _faults.Lost += sent[sender] - _next[((long)receiver * senders) + sender];
                }
            }
        }

        // Only what all have can be in one order.
        if (oneOrder && _faults.None)
        {
            for (int receiver = 1; receiver < receivers; receiver++)
            {
                int own = SenderOf(receiver);
                ulong expected = echo || own >= senders ? _witness.Expected : _witness.ExpectedWithout(own);
                _faults.OutOfOrder += _receivers[receiver].Weighted == expected ? 0 : 1;
            }
        }

        return _faults;
    }

    /// <summary>From what is not a line to the next beginning of one; all there is if no end of line is in sight.</summary>
    private int Resynchronize(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOf((byte)'\n') + 1;
        _faults.Torn++;
        return length > 0 ? length : bytes.Length;
    }

    /// <summary>What is not a load line of the same sender as the line before it.</summary>
    /// <returns>Whether it is a load line to count.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTurnTo(ref Receiver state, int receiver, ulong origin, ulong field)
    {
        int sender = LineFormat.SenderOf(origin);
        if (!format.IsOfThisRun(origin) || sender >= senders)
        {
            _faults.Torn++;
            return false;
        }

        bool isOwn = SenderOf(receiver) == sender;
        switch (LineFormat.KindOf(origin))
        {
            case LineKind.Probe:
                ProbeCameBack |= isOwn;
                Probed += state.HasProbe ? 0 : 1;
                state.HasProbe = true;
                return false;
            case LineKind.End when echo || !isOwn:
                TakeEnd(((long)receiver * senders) + sender, LineFormat.Decode(field));
                return false;
            case LineKind.Load when echo || !isOwn:
                state.Origin = origin;
                state.Sender = sender;
                return true;
            default:
                _faults.Echoed++;
                return false;
        }
    }

    private void TakeEnd(long cell, long count)
    {
        if (_ended[cell])
        {
            _faults.Duplicated++;
            return;
        }

        _ended[cell] = true;
        Ends++;
        if (_next[cell] < count)
        {
            // All that is missing before the end is a gap like any other, which something may still fill.
            SkipTo(ref _next[cell], cell, count);
        }
    }

    /// <summary>A line that is not the next one of its sender.</summary>
    /// <returns>Whether it is one to count: the first of its number.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeOutOfTurn(ref long next, long cell, long number)
    {
        if (number > next)
        {
            SkipTo(ref next, cell, number);
            next++;
            return true;
        }

        if (_missing.TryGetValue(cell, out MissingNumbers? missing) && missing.TryRemove(number))
        {
            _faults.Lost--;
            _faults.Reordered++;
            return true;
        }

        _faults.Duplicated++;
        return false;
    }

    private void SkipTo(ref long next, long cell, long number)
    {
        if (!_missing.TryGetValue(cell, out MissingNumbers? missing))
        {
            _missing.Add(cell, missing = new MissingNumbers());
        }

        missing.Add(next, number);
        _faults.Lost += number - next;
        next = number;
    }

    private struct Receiver
    {
        // Of the line before: the same sender often sends several in a row.
        public ulong Origin;
        public int Sender;
        public ulong Place;
        public ulong Weighted;
        public bool HasProbe;
    }
}
