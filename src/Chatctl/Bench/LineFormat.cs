using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Chatctl.Bench;

/// <summary>The purpose of a line of the load.</summary>
internal enum LineKind
{
    /// <summary>Shows which clients have joined. It is sent before anything is counted.</summary>
    Probe = 0,

    /// <summary>A line that is measured and checked.</summary>
    Load = 1,

    /// <summary>The last line of a sender. Its number says how many lines the sender sent before it.</summary>
    End = 2,
}

/// <summary>
/// The lines of the load. All have the same length: the sender and the run (8 characters), the line's number (8), the time when it was due (8),
/// a padding that is a hash of these fields, and LF. A character holds six bits and begins at '0', so that no field contains LF. If parts of two
/// lines are mixed, the padding does not match.
/// </summary>
/// <param name="size">Bytes a line, including its end; at least <see cref="ShortestLine"/>.</param>
/// <param name="run">Separates the lines of this run from those of other runs. Only 24 bits are used.</param>
internal sealed unsafe class LineFormat(int size, int run)
{
    /// <summary>The three fields and one word of padding, which contains the end of the line.</summary>
    public const int ShortestLine = 32;

    /// <summary>The most senders that the format can number.</summary>
    public const int MostSenders = 1 << 20;

    /// <summary>The largest number, and the latest time in nanoseconds: more than three days.</summary>
    public const long LargestField = (1L << 48) - 1;

    private const int HeaderSize = 24;
    private const ulong Zeros = 0x3030303030303030, SixBits = 0x3F3F3F3F3F3F3F3F;
    private const ulong LineEnd = (ulong)'\n' << 56;

    // The padding repeats one word. This is where in that word the last eight bytes of a line begin, in bits.
    private readonly int _tailRotation = (size - ShortestLine) % 8 * 8;

    /// <summary>Bytes a line.</summary>
    public int Size => size;

    /// <summary>The first field of a sender's lines of one kind, encoded as in the line.</summary>
    public ulong Origin(LineKind kind, int sender) => Encode(((long)(run & 0xFFFFFF) << 24) | ((long)kind << 20) | (uint)sender);

    /// <summary>The sender in an <see cref="Origin"/>.</summary>
    public static int SenderOf(ulong origin) => (int)(Decode(origin) & (MostSenders - 1));

    /// <summary>The kind of line in an <see cref="Origin"/>.</summary>
    public static LineKind KindOf(ulong origin) => (LineKind)((Decode(origin) >> 20) & 0xF);

    /// <summary>Whether an <see cref="Origin"/> belongs to this run.</summary>
    public bool IsOfThisRun(ulong origin) => Decode(origin) >> 24 == (run & 0xFFFFFF);

    /// <summary>Writes a line.</summary>
    /// <param name="target">At least <see cref="Size"/> bytes.</param>
    /// <param name="origin">See <see cref="Origin"/>.</param>
    /// <param name="number">The number of the line among its sender's lines of this kind, from 0.</param>
    /// <param name="due">When it is due, in nanoseconds since the run began.</param>
    public void Write(Span<byte> target, ulong origin, long number, long due)
    {
        ulong second = Encode(number), third = Encode(due);
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(target[..(size & ~7)]);
        (words[0], words[1], words[2]) = (origin, second, third);
        ulong padding = Padding(Hash(origin, second, third));
        words[3..].Fill(padding);
        BinaryPrimitives.WriteUInt64LittleEndian(target[(size - 8)..], Tail(padding));
    }

    /// <summary>Reads a line. This runs once for each delivery.</summary>
    /// <param name="line">At least <see cref="Size"/> readable bytes.</param>
    /// <param name="origin">The first field, still encoded: it is usually the same as in the line before.</param>
    /// <param name="number">The second field, still encoded.</param>
    /// <param name="due">The third field, still encoded.</param>
    /// <param name="hash">A hash of the three fields, 64 bits.</param>
    /// <returns>False if the bytes are not a whole line.</returns>
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

    /// <summary>Encodes 48 bits as eight characters.</summary>
    public static ulong Encode(long value)
    {
        ulong v = (ulong)value & LargestField;
        v = (v & 0xFFFFFF) | ((v & 0xFFFFFF000000) << 8);
        v = (v & 0x00000FFF00000FFF) | ((v & 0x00FFF00000FFF000) << 4);
        v = (v & 0x003F003F003F003F) | ((v & 0x0FC00FC00FC00FC0) << 2);
        return v + Zeros;
    }

    /// <summary>Decodes eight characters to 48 bits.</summary>
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
