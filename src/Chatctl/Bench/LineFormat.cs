using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Chatctl.Bench;

/// <summary>What a line of the load is for.</summary>
internal enum LineKind
{
    /// <summary>Shows who has joined; sent before anything is counted.</summary>
    Probe = 0,

    /// <summary>One that is measured and checked.</summary>
    Load = 1,

    /// <summary>A sender's last; its number is how many it has sent.</summary>
    End = 2,
}

/// <summary>
/// The lines of the load, all of one length: who sends it in which run (8 characters), its number (8), when it was due (8), then a padding
/// that is a hash of those, and LF. Fields are six bits a character, from '0' on, so that nothing in a line ends it; a line that is made of
/// two others' parts does not fit its padding.
/// </summary>
/// <param name="size">Bytes a line, its end included; at least <see cref="ShortestLine"/>.</param>
/// <param name="run">Tells this run's lines from others'; 24 bits count.</param>
internal sealed unsafe class LineFormat(int size, int run)
{
    /// <summary>The fields, one word of padding, and the end within it.</summary>
    public const int ShortestLine = 32;

    /// <summary>How many senders the format can tell apart.</summary>
    public const int MostSenders = 1 << 20;

    /// <summary>The largest number, and the latest time in nanoseconds: more than three days.</summary>
    public const long LargestField = (1L << 48) - 1;

    private const int HeaderSize = 24;
    private const ulong Zeros = 0x3030303030303030, SixBits = 0x3F3F3F3F3F3F3F3F;
    private const ulong LineEnd = (ulong)'\n' << 56;

    // Where in the padding's cycle the last word of a line begins, in bits.
    private readonly int _tailRotation = (size - ShortestLine) % 8 * 8;

    /// <summary>Bytes a line.</summary>
    public int Size => size;

    /// <summary>The first field of a sender's lines of one kind, as it stands in the line.</summary>
    public ulong Origin(LineKind kind, int sender) => Encode(((long)(run & 0xFFFFFF) << 24) | ((long)kind << 20) | (uint)sender);

    /// <summary>Which sender an <see cref="Origin"/> names.</summary>
    public static int SenderOf(ulong origin) => (int)(Decode(origin) & (MostSenders - 1));

    /// <summary>Which kind an <see cref="Origin"/> names.</summary>
    public static LineKind KindOf(ulong origin) => (LineKind)((Decode(origin) >> 20) & 0xF);

    /// <summary>Whether an <see cref="Origin"/> is of this run.</summary>
    public bool IsOfThisRun(ulong origin) => Decode(origin) >> 24 == (run & 0xFFFFFF);

    /// <summary>Writes a line.</summary>
    /// <param name="target">At least <see cref="Size"/> bytes.</param>
    /// <param name="origin">See <see cref="Origin"/>.</param>
    /// <param name="number">The line's number among its sender's of this kind, from 0.</param>
    /// <param name="due">When it was meant to be sent, in nanoseconds since the run began.</param>
    public void Write(Span<byte> target, ulong origin, long number, long due)
    {
        ulong second = Encode(number), third = Encode(due);
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(target[..(size & ~7)]);
        (words[0], words[1], words[2]) = (origin, second, third);
        ulong padding = Padding(Hash(origin, second, third));
        words[3..].Fill(padding);
        BinaryPrimitives.WriteUInt64LittleEndian(target[(size - 8)..], Tail(padding));
    }

    /// <summary>Reads a line. This runs once a delivery.</summary>
    /// <param name="line">At least <see cref="Size"/> readable bytes.</param>
    /// <param name="origin">The first field, not decoded: it seldom differs from that of the line before.</param>
    /// <param name="number">The second field, not decoded.</param>
    /// <param name="due">The third field, not decoded.</param>
    /// <param name="hash">One of 2^64 that these three lead to.</param>
    /// <returns>False if it is not a whole line.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(byte* line, out ulong origin, out ulong number, out ulong due, out ulong hash)
    {
        ulong* words = (ulong*)line;
        origin = words[0];
        number = words[1];
        due = words[2];
        hash = Hash(origin, number, due);
        ulong padding = Padding(hash);
        ulong difference = *(ulong*)(line + size - 8) ^ Tail(padding);
        ulong* tail = (ulong*)(line + size - 8);
        for (ulong* word = words + (HeaderSize / 8); word < tail; word++)
        {
            difference |= *word ^ padding;
        }

        return difference == 0;
    }

    /// <summary>48 bits as eight characters.</summary>
    public static ulong Encode(long value)
    {
        ulong v = (ulong)value & LargestField;
        v = (v & 0xFFFFFF) | ((v & 0xFFFFFF000000) << 8);
        v = (v & 0x00000FFF00000FFF) | ((v & 0x00FFF00000FFF000) << 4);
        v = (v & 0x003F003F003F003F) | ((v & 0x0FC00FC00FC00FC0) << 2);
        return v + Zeros;
    }

    /// <summary>Eight characters as 48 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Decode(ulong characters)
    {
        ulong v = characters - Zeros;
        v = (v & 0x003F003F003F003F) | ((v & 0x3F003F003F003F00) >> 2);
        v = (v & 0x00000FFF00000FFF) | ((v & 0x0FFF00000FFF0000) >> 4);
        return (long)((v & 0xFFFFFF) | ((v >> 8) & 0xFFFFFF000000));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Hash(ulong origin, ulong number, ulong due)
    {
        ulong hash = (number ^ BitOperations.RotateLeft(origin, 23)) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 32) ^ due) * 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 29);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Padding(ulong hash) => (hash & SixBits) + Zeros;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Tail(ulong padding) => (BitOperations.RotateRight(padding, _tailRotation) & ~(0xFFUL << 56)) | LineEnd;
}
