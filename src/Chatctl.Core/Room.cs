using System.Net;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core;

/// <summary>
/// The room: what one member sends reaches all the others, whole, and in one order for all. It knows lines and members, and no sockets.
/// </summary>
/// <remarks>
/// Safe for use from any thread. One lock orders what is sent, joins and leaves; it is held for a copy, never across a system call, a
/// wake or a log message. Readers take no lock: see <see cref="Cursor"/>. Dispose it after its servers.
/// </remarks>
public sealed class Room : IRoom, IDisposable
{
    private readonly Lock _gate = new();
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RelayLog _log;
    private readonly List<Member> _members = [];
    private readonly ITimer _stallTimer;
    private Door[] _doors = [];
    private long _lastId;
    private volatile bool _full;
    private volatile bool _draining;

    /// <summary>Opens a room without members.</summary>
    /// <param name="options">How it relays.</param>
    /// <param name="time">The clock for stalls.</param>
    /// <param name="logger">Where joins, leaves and evictions are told.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public Room(RoomOptions options, TimeProvider time, ILogger<Room> logger)
    {
        options.Validate();
        _options = options;
        _time = time;
        _logger = logger;
        _log = new RelayLog((int)(options.BufferBytes / RoomOptions.Segments), time);
        _stallTimer = time.CreateTimer(_ => EvictStalled(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many members there are now.</summary>
    public int MemberCount
    {
        get
        {
            lock (_gate)
            {
                return _members.Count;
            }
        }
    }

    /// <summary>How many units have been ordered, which is the sequence number of the next.</summary>
    public long Sequence
    {
        get
        {
            lock (_gate)
            {
                return _log.Sequence;
            }
        }
    }

    /// <summary>How many segments of the window are in use.</summary>
    internal int SegmentCount
    {
        get
        {
            lock (_gate)
            {
                return _log.SegmentCount;
            }
        }
    }

    /// <summary>Whether members may be read from now.</summary>
    internal bool TakesInput => !_full && !_draining;

    /// <inheritdoc/>
    public IDoor OpenDoor(Action wake)
    {
        var door = new Door(this, wake);
        lock (_gate)
        {
            _doors = [.. _doors, door];
        }

        return door;
    }

    /// <summary>
    /// Begins to drain: nothing that is received from now on is accepted, whoever joins is refused, and every member is finished once it
    /// has got all that was accepted before. Calling it again does nothing.
    /// </summary>
    public void Drain()
    {
        lock (_gate)
        {
            _draining = true;
            foreach (Member member in _members)
            {
                member.EndInput();
                member.FinishAt(_log.Position);
                if (member.Framer.IsMidUnit)
                {
                    member.LoseInput();
                }
            }
        }

        Wake();
    }

    /// <summary>Stops the room's clock. The members are the servers' to end.</summary>
    public void Dispose() => _stallTimer.Dispose();

    internal Member Join(EndPoint? remote)
    {
        Member member;
        lock (_gate)
        {
            long id = ++_lastId;
            Cursor cursor = _log.OpenCursor(_options.Echo ? Cursor.Nobody : id);
            member = new Member(this, id, remote, new Framer(_options.Framing, _options.MaxLineBytes), cursor) { Index = _members.Count };
            _members.Add(member);
            if (_draining)
            {
                member.Evict();
            }
        }

        RoomMessages.Joined(_logger, member);
        return member;
    }

    internal void Receive(Member member, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        bool tooLong = false;
        bool becameFull = false;
        bool appended;
        lock (_gate)
        {
            if (member.InputEnded)
            {
                member.LoseInput();
                return;
            }

            long before = _log.Position;
            member.HasSent = true;
            if (!member.Framer.Feed(_log, member.Id, bytes))
            {
                tooLong = true;
                member.Evict();
            }

            appended = _log.Position != before;
            becameFull = !_full && _log.SegmentCount >= RoomOptions.Segments;
            _full |= becameFull;
        }

        if (tooLong)
        {
            RoomMessages.Evicted(_logger, member, "it sent a line that is too long");
        }

        if (becameFull)
        {
            RoomMessages.WindowFull(_logger);
            EvictStalled();
        }

        if (appended || tooLong)
        {
            Wake();
        }
    }

    internal void EndInput(Member member)
    {
        lock (_gate)
        {
            if (member.InputEnded)
            {
                return;
            }

            member.EndInput();
            if (!member.HasSent)
            {
                // A listener: it has nothing to say and stays to hear.
                return;
            }

            member.Framer.Finish(_log, member.Id);
            member.FinishAt(_log.Position);
        }

        Wake();
    }

    internal void Leave(Member member)
    {
        lock (_gate)
        {
            if (member.Index < 0)
            {
                return;
            }

            member.EndInput();
            member.Framer.Clear();
            Member last = _members[^1];
            _members[member.Index] = last;
            last.Index = member.Index;
            member.Index = -1;
            _members.RemoveAt(_members.Count - 1);
            member.Cursor.Close();
        }

        Reclaim();
        RoomMessages.Left(_logger, member);
    }

    internal void CloseDoor(Door door)
    {
        lock (_gate)
        {
            _doors = Array.FindAll(_doors, other => other != door);
        }
    }

    /// <summary>Gives back segments that nobody stands in, and lets senders go on if that made room.</summary>
    internal void Reclaim()
    {
        bool madeRoom;
        lock (_gate)
        {
            _log.Trim();
            madeRoom = _full && _log.SegmentCount < RoomOptions.Segments;
            if (madeRoom)
            {
                _full = false;
                _stallTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        if (madeRoom)
        {
            RoomMessages.WindowOpen(_logger);
            Wake();
        }
    }

    /// <summary>
    /// The window is full: evicts whoever has freed nothing for the stall timeout, and looks again when the next one's time is up.
    /// Here is where another policy for slow receivers has its place.
    /// </summary>
    private void EvictStalled()
    {
        List<Member> evicted = [];
        lock (_gate)
        {
            if (!_full)
            {
                return;
            }

            long now = _time.GetTimestamp();
            TimeSpan next = _options.StallTimeout;
            foreach (Member member in _members)
            {
                long since = member.Cursor.HoldsBackSince;
                if (since > now || member.IsEvicted)
                {
                    continue;
                }

                TimeSpan left = _options.StallTimeout - _time.GetElapsedTime(since, now);
                if (left <= TimeSpan.Zero)
                {
                    member.Evict();
                    evicted.Add(member);
                }
                else if (left < next)
                {
                    next = left;
                }
            }

            _stallTimer.Change(next, Timeout.InfiniteTimeSpan);
        }

        if (evicted.Count > 0)
        {
            evicted.ForEach(member => RoomMessages.Evicted(_logger, member, "it has taken nothing for the stall timeout while the window was full"));
            Wake();
        }
    }

    private void Wake()
    {
        foreach (Door door in Volatile.Read(ref _doors))
        {
            door.Wake();
        }
    }
}
