using System.Buffers;
using System.Numerics;

namespace Chatctl.Core;

/// <summary>The beginning of a line that has not ended yet. It holds a buffer only while there is one.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
/// <param name="unfinished">Counts the beginnings that are kept, also those of other senders.</param>
internal sealed class Beginning(UnfinishedLines unfinished)
{
    private byte[] _kept = [];

    /// <summary>How many bytes it has; 0 between two lines.</summary>
    public int Length { get; private set; }

    /// <summary>Its bytes. They are valid until it changes.</summary>
    public ReadOnlySpan<byte> Bytes => _kept.AsSpan(0, Length);

    /// <summary>How many bytes the buffer takes.</summary>
    public int BufferBytes => _kept.Length;

    /// <summary>Since when the rest of the line could have come, as a timestamp. It has a meaning only in the middle of a line.</summary>
    public long Since { get; set; }

    /// <summary>How many bytes the buffer for a line of some length takes. The pool's sizes are powers of two, from 16.</summary>
    public static long BufferFor(int length) => BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 16));

    /// <summary>Keeps more of the line.</summary>
    /// <param name="more">The bytes, without the line's end.</param>
    /// <param name="maxBytes">The longest line with its end.</param>
    /// <returns>False if the line is too long. Then nothing is kept of these bytes.</returns>
    public bool TryKeep(ReadOnlySpan<byte> more, int maxBytes)
    {
        int length = Length + more.Length;
        if (length >= maxBytes)
        {
            return false;
        }

        if (length > _kept.Length)
        {
            // The size doubles, so that a line that comes byte by byte is not copied for each byte.
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(Math.Max(length, 2 * _kept.Length), maxBytes));
            unfinished.Grow(larger.Length - _kept.Length);
            _kept.AsSpan(0, Length).CopyTo(larger);
            if (_kept.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_kept);
            }
            else
            {
                Since = unfinished.Begin();
            }

            _kept = larger;
        }

        more.CopyTo(_kept.AsSpan(Length));
        Length = length;
        return true;
    }

    /// <summary>Forgets it: the line has ended, or is dropped.</summary>
    public void Clear()
    {
        if (_kept.Length > 0)
        {
            unfinished.End(_kept.Length);
            ArrayPool<byte>.Shared.Return(_kept);
        }

        _kept = [];
        Length = 0;
    }
}
