using System.Buffers;
using System.Numerics;

namespace Chatctl.Core;

/// <summary>Cuts one sender's bytes into units and keeps the beginning of one that has not ended yet.</summary>
/// <remarks>Everything is called under the room's lock. It holds a buffer only while a unit is incomplete.</remarks>
/// <param name="framing">What a unit is.</param>
/// <param name="maxBytes">The longest unit, in bytes with its terminator.</param>
/// <param name="unfinished">Counts the beginnings that are kept, also those of other senders.</param>
internal sealed class Framer(Framing framing, int maxBytes, UnfinishedLines unfinished)
{
    private readonly byte _terminator = framing.Terminator();
    private byte[] _kept = [];
    private int _keptLength;

    /// <summary>Whether it keeps the beginning of a unit.</summary>
    public bool IsMidUnit => _keptLength > 0;

    /// <summary>How many bytes the buffer for the beginning takes.</summary>
    public int BufferBytes => _kept.Length;

    /// <summary>Since when the rest of the unit could have come, as a timestamp. It has a meaning only in the middle of a unit.</summary>
    public long UnfinishedSince { get; set; }

    /// <summary>How many bytes the buffer for a unit of some length takes. The pool's sizes are powers of two, from 16.</summary>
    public static long BufferFor(int length) => BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 16));

    /// <summary>Orders the units that a chunk completes, and keeps the rest.</summary>
    /// <returns>False if a unit is too long. Then the units before it have been ordered, and nothing from its start on.</returns>
    public bool Take(Sequencer sequencer, long owner, ReadOnlySpan<byte> chunk)
    {
        if (framing == Framing.Raw)
        {
            for (; chunk.Length > sequencer.MaxUnitBytes; chunk = chunk[sequencer.MaxUnitBytes..])
            {
                sequencer.Order(owner, chunk[..sequencer.MaxUnitBytes], default, units: 1);
            }

            sequencer.Order(owner, chunk, default, units: 1);
            return true;
        }

        if (_keptLength > 0)
        {
            int first = chunk.IndexOf(_terminator) + 1;
            if (first == 0)
            {
                return Keep(chunk);
            }

            if (_keptLength + first > maxBytes)
            {
                return false;
            }

            sequencer.Order(owner, _kept.AsSpan(0, _keptLength), chunk[..first], units: 1);
            Clear();
            chunk = chunk[first..];
        }

        // Each piece is cut at its last terminator. A piece is no longer than the limit, so no unit in it is too long.
        for (int cut; chunk.Length > maxBytes; chunk = chunk[cut..])
        {
            cut = OrderWhole(sequencer, owner, chunk[..maxBytes]);
            if (cut == 0)
            {
                return false;
            }
        }

        return Keep(chunk[OrderWhole(sequencer, owner, chunk)..]);
    }

    /// <summary>Orders the unit that the end of input has left without a terminator. The terminator is added.</summary>
    public void Finish(Sequencer sequencer, long owner)
    {
        if (_keptLength > 0)
        {
            sequencer.Order(owner, _kept.AsSpan(0, _keptLength), [_terminator], units: 1);
            Clear();
        }
    }

    /// <summary>Drops an incomplete unit.</summary>
    public void Clear()
    {
        if (_kept.Length > 0)
        {
            unfinished.End(_kept.Length);
            ArrayPool<byte>.Shared.Return(_kept);
        }

        _kept = [];
        _keptLength = 0;
    }

    private int OrderWhole(Sequencer sequencer, long owner, ReadOnlySpan<byte> bytes)
    {
        int length = bytes.LastIndexOf(_terminator) + 1;
        if (length > 0)
        {
            sequencer.Order(owner, bytes[..length], default, bytes[..length].Count(_terminator));
        }

        return length;
    }

    private bool Keep(ReadOnlySpan<byte> rest)
    {
        int length = _keptLength + rest.Length;
        if (length >= maxBytes)
        {
            return false;
        }

        if (length > _kept.Length)
        {
            // The size doubles, so that a unit that comes byte by byte is not copied for each byte.
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(length, 2 * _kept.Length), maxBytes));
            unfinished.Grow(larger.Length - _kept.Length);
            _kept.AsSpan(0, _keptLength).CopyTo(larger);
            if (_kept.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_kept);
            }
            else
            {
                UnfinishedSince = unfinished.Begin();
            }

            _kept = larger;
        }

        rest.CopyTo(_kept.AsSpan(_keptLength));
        _keptLength = length;
        return true;
    }
}
