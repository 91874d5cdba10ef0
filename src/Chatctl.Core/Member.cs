using System.Net;
using Chatctl.Core.Access;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <summary>A peer in the room: what it is still sending, its place in the feed, and how it will end.</summary>
/// <remarks>
/// The room changes it under its lock. The outbound side reads it without the lock. After the room has set an eviction or an end, it wakes the
/// servers. So what one call misses, the next call sees.
/// </remarks>
internal sealed class Member(Room room, long id, Peer peer, Beginning beginning) : IMember, IFeedMember
{
    private volatile bool _evicted;
    private volatile bool _inputEnded;
    private volatile bool _inputLost;
    private volatile bool _held;
    private volatile bool _isToWait;
    private volatile int _activeTick;
    private volatile SessionLink? _link;
    private bool _isAdmitted;

    /// <summary>Its number in this room, from 1.</summary>
    public long Id => id;

    /// <summary>What its transport knows about it.</summary>
    public Peer Peer => peer;

    /// <summary>The address that its peer connects from, for the log messages.</summary>
    public EndPoint? Remote => peer.Address;

    /// <summary>Who it is; null if everybody may do everything in the room, or as long as nobody knows. Under the room's lock.</summary>
    public Principal? Principal { get; set; }

    /// <summary>Whether nobody knows who it is, in a room where that matters. Under the room's lock.</summary>
    public bool IsStranger { get; set; }

    /// <summary>Whether it gets what is said. Under the room's lock.</summary>
    public bool MayRead => Principal?.MayRead ?? !IsStranger;

    /// <summary>Whether it may say something. Under the room's lock.</summary>
    public bool MayWrite => Principal?.MayWrite ?? !IsStranger;

    /// <summary>The beginning of the line that it is sending. Under the room's lock.</summary>
    public Beginning Beginning => beginning;

    /// <summary>What becomes of its bytes. Under the room's lock.</summary>
    public Input Input { get; set; } = null!;

    /// <summary>Its place in the feed that it reads. Set under the room's lock before any other thread can know the member.</summary>
    public Reader Reader { get; set; } = null!;

    /// <summary>Whether it waits for a receipt: it has ever sent a byte, or a line if it has a session. Under the room's lock.</summary>
    public bool HasSent { get; set; }

    /// <summary>Whether an <see cref="IAdmission"/> has admitted it, and has to hear when it leaves.</summary>
    public bool IsAdmitted { init => _isAdmitted = value; }

    /// <summary>How fast it may send; null if there is no limit.</summary>
    public Pace? Pace { get; init; }

    /// <summary>When it last sent or was sent a byte, by <see cref="Room.IdleTick"/>. From any thread.</summary>
    public int ActiveTick
    {
        get => _activeTick;
        set => _activeTick = value;
    }

    /// <summary>The first line after it joined. Under the room's lock.</summary>
    public long FirstSequence { get; set; }

    /// <summary>The first line that it does not get, because it was evicted or had finished. Under the room's lock.</summary>
    public long EndSequence { get; set; } = long.MaxValue;

    /// <summary>Its place in the room's list; -1 once it has left. Under the room's lock.</summary>
    public int Index { get; set; } = -1;

    /// <summary>The receipt that it waits for; null if it waits for none. Under the room's lock.</summary>
    public Receipt? Receipt { get; set; }

    /// <summary>How far the feeds went when its end was set; null before that. Under the room's lock.</summary>
    public Places? StopsAt { get; set; }

    /// <summary>Whether it has said hello, and waits for its session. Set under the room's lock. From any thread.</summary>
    public bool IsHeld
    {
        get => _held;
        set => _held = value;
    }

    /// <summary>It is to be told that its session takes longer. Then wake the servers. Under the room's lock.</summary>
    public void TellToWait() => _isToWait = true;

    /// <summary>Whether the other nodes were told that it leaves. Under the room's lock.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Whether its peer has half-closed. Under the room's lock.</summary>
    public bool HasFinished { get; set; }

    /// <summary>Why it was evicted; null if it was not. Under the room's lock.</summary>
    public EvictionReason? EvictedFor { get; set; }

    /// <summary>Its session over this connection; null for a plain member. Set once, under the room's lock. From any thread.</summary>
    public SessionLink? Link
    {
        get => _link;
        set => _link = value;
    }

    /// <summary>Whether its receipt may be given, or has been. Under the room's lock.</summary>
    public bool HasReceipt { get; set; }

    /// <inheritdoc/>
    public bool IsEvicted => _evicted;

    /// <summary>Whether no more input is taken from it. From any thread.</summary>
    public bool InputEnded => _inputEnded;

    /// <inheritdoc/>
    public bool WantsInput => !_inputEnded && !_held && room.TakesInput && (Pace is null || Pace.IsOpen) && _link is not { IsChoked: true };

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

        if (_link is { } link)
        {
            return link.Pending(this, room, scratch, out bytes);
        }

        Reader reader = Reader;
        if (_isToWait && reader.Cursor.MayInsert)
        {
            _isToWait = false;
            if (_held)
            {
                reader.Cursor.Insert(SessionWire.Wait);
            }
        }

        if (reader.Gather(scratch, pauses: false, out bytes))
        {
            return Outbound.Bytes;
        }

        return reader.Cursor.IsAtEnd ? End() : Outbound.Nothing;
    }

    /// <summary>What its transport does once it has got everything. On the outbound side.</summary>
    public Outbound End() => _inputLost ? Outbound.CutOff : room.IsReceiptDue(this) ? Outbound.Finish : Outbound.Nothing;

    /// <inheritdoc/>
    public void Sent(int count)
    {
        Reader.Advance(count);
        if (count > 0)
        {
            _activeTick = room.IdleTick;
        }
    }

    /// <inheritdoc/>
    public void Leave() => room.Leave(this);

    /// <summary>Gives back the place that an <see cref="IAdmission"/> has given it.</summary>
    /// <returns>Whether it had a place to give back. True at most once.</returns>
    public bool GivesUpPlace() => Interlocked.Exchange(ref _isAdmitted, false);

    /// <summary>No more input is taken from it. Under the room's lock.</summary>
    public void EndInput() => _inputEnded = true;

    /// <summary>Something that it sent came too late to be ordered. So its end must not look like a receipt. Under the room's lock.</summary>
    public void LoseInput() => _inputLost = true;

    /// <inheritdoc/>
    public void Evict(EvictionReason reason) => room.Evict(this, reason);

    /// <summary>For the room alone, when it evicts it: nothing more is taken from it or sent to it. Under the room's lock.</summary>
    public void MarkEvicted()
    {
        _inputEnded = true;
        beginning.Clear();
        _evicted = true;
    }

    /// <summary>Its name in log messages. Most peers of a Unix socket have no address.</summary>
    public override string ToString()
    {
        string number = _link?.Session is { } session ? $"#{id} {session.Name}" : $"#{id}";
        string name = peer.Address?.ToString() is { Length: > 0 } address ? $"{number} {address}" : number;
        return peer.CertificateName is { } certified ? $"{name} (certificate of {certified})" : name;
    }
}
