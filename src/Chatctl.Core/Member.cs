using System.Net;

namespace Chatctl.Core;

/// <summary>A peer in the room: what it is still sending, where in the log it stands, and how it will end.</summary>
/// <remarks>
/// The room changes it under its lock. The outbound side reads without: an eviction or an end that is set meanwhile is followed by a wake,
/// so what one call misses the next one sees.
/// </remarks>
internal sealed class Member(Room room, long id, EndPoint? remote, Framer framer, Cursor cursor) : IMember
{
    private volatile bool _evicted;
    private volatile bool _inputEnded;
    private volatile bool _inputLost;

    /// <summary>Its number in this room, from 1.</summary>
    public long Id => id;

    /// <summary>Where its peer connects from, for the log.</summary>
    public EndPoint? Remote => remote;

    /// <summary>What it is still sending. Under the room's lock.</summary>
    public Framer Framer => framer;

    /// <summary>Where it stands.</summary>
    public Cursor Cursor => cursor;

    /// <summary>Whether it has ever sent a byte. Under the room's lock.</summary>
    public bool HasSent { get; set; }

    /// <summary>Its place in the room's list; -1 once it has left. Under the room's lock.</summary>
    public int Index { get; set; } = -1;

    /// <inheritdoc/>
    public bool IsEvicted => _evicted;

    /// <summary>Whether what it sends is still taken.</summary>
    public bool InputEnded => _inputEnded;

    /// <inheritdoc/>
    public bool WantsInput => !_inputEnded && room.TakesInput;

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> bytes) => room.Receive(this, bytes);

    /// <inheritdoc/>
    public void EndOfInput() => room.EndInput(this);

    /// <inheritdoc/>
    public Outbound Pending(Memory<byte> scratch, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (_evicted)
        {
            return Outbound.Nothing;
        }

        if (cursor.Gather(scratch, out bytes))
        {
            room.Reclaim();
        }

        return !bytes.IsEmpty ? Outbound.Bytes : !cursor.IsClosed ? Outbound.Nothing : _inputLost ? Outbound.CutOff : Outbound.Finish;
    }

    /// <inheritdoc/>
    public void Sent(int count) => cursor.Advance(count);

    /// <inheritdoc/>
    public void Leave() => room.Leave(this);

    /// <summary>No more input is taken from it. Under the room's lock.</summary>
    public void EndInput() => _inputEnded = true;

    /// <summary>Something that it sent came too late to be ordered: its end must not look like a receipt. Under the room's lock.</summary>
    public void LoseInput() => _inputLost = true;

    /// <summary>It is to be finished when it has got everything up to a position, unless an earlier one was set. Under the room's lock.</summary>
    public void FinishAt(long position) => cursor.StopAt(position);

    /// <summary>It is to be reset, and nothing more is taken from it or sent to it. Under the room's lock.</summary>
    public void Evict()
    {
        _inputEnded = true;
        framer.Clear();
        _evicted = true;
    }

    /// <summary>What the log calls it. The peers of a Unix socket mostly have no address.</summary>
    public override string ToString() => remote?.ToString() is { Length: > 0 } address ? $"#{id} {address}" : $"#{id}";
}
