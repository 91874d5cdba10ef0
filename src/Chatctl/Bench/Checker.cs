using System.Runtime.CompilerServices;

namespace Chatctl.Bench;

/// <summary>
/// Checks what every receiver gets: each line is whole, arrives once, follows the earlier lines of its sender, and all receivers see one order.
/// One thread feeds it with bytes as they arrive. It allocates only when something is wrong.
/// </summary>
/// <param name="format">The format of the lines.</param>
/// <param name="receivers">How many clients get lines. The first of them is the <see cref="OrderWitness"/>.</param>
/// <param name="senders">How many of the receivers also send: the last ones. Sender 0 is the last receiver, sender 1 the receiver before it.</param>
/// <param name="echo">Whether a sender also gets its own lines.</param>
/// <param name="oneOrder">Whether the relay promises the same order to all receivers.</param>
/// <param name="latencies">Records the time from when a line was due until it arrived.</param>
internal sealed unsafe class Checker(LineFormat format, int receivers, int senders, bool echo, bool oneOrder, LatencyWindow latencies)
{
    private readonly Receiver[] _receivers = new Receiver[receivers];
    private readonly long[] _next = new long[(long)receivers * senders];
    private readonly bool[] _ended = new bool[(long)receivers * senders];
    private readonly Dictionary<long, MissingNumbers> _missing = [];
    private readonly OrderWitness _witness = new(senders);
    private readonly Faults _faults = new();

    /// <summary>Deliveries of load lines to all receivers so far.</summary>
    public long Deliveries { get; private set; }

    /// <summary>Deliveries that are decided: lines that arrived, and lines that are lost because a later line arrived in their place.</summary>
    public long Settled => Deliveries + _faults.Lost;

    /// <summary>The faults found so far.</summary>
    public Faults Faults => _faults;

    /// <summary>How many receivers got a probe.</summary>
    public int Probed { get; private set; }

    /// <summary>How often a receiver has seen the end line of a sender.</summary>
    public long Ends { get; private set; }

    /// <summary>How many end lines all receivers should see together.</summary>
    public long ExpectedEnds => ((long)receivers * senders) - (echo ? 0 : senders);

    /// <summary>Whether the last receiver got a probe that it had sent itself.</summary>
    public bool ProbeCameBack { get; private set; }

    /// <summary>The sender number of a receiver. Negative or too large if the receiver does not send.</summary>
    public int SenderOf(int receiver) => receivers - 1 - receiver;

    /// <summary>Takes the bytes that a receiver got.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="bytes">The bytes that follow those of the last call.</param>
    /// <param name="now">The time, in nanoseconds since the run began.</param>
    /// <returns>How many bytes were taken: everything except an unfinished line. The caller brings this rest again with the bytes that follow it.</returns>
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

    /// <summary>Returns all faults. Call it once, when no more bytes are expected.</summary>
    /// <param name="sent">How many lines each sender sent.</param>
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

        // Orders can be compared only if all receivers have the same lines.
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

    /// <summary>Counts a torn piece, and returns its length up to the next line. Takes all bytes if no end of a line follows.</summary>
    private int Resynchronize(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOf((byte)'\n') + 1;
        _faults.Torn++;
        return length > 0 ? length : bytes.Length;
    }

    /// <summary>Handles a line that is not a load line of the same sender as the line before it.</summary>
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
            // Lines that are missing before the end are a gap like any other. They may still arrive.
            SkipTo(ref _next[cell], cell, count);
        }
    }

    /// <summary>Handles a line whose number is not the next one of its sender.</summary>
    /// <returns>Whether to count it: it is the first line with its number.</returns>
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
        // These describe the line before, because a sender often sends several lines in a row.
        public ulong Origin;
        public int Sender;
        public ulong Place;
        public ulong Weighted;
        public bool HasProbe;
    }
}
