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
public sealed partial class Room : IRoom, IDisposable
{
    private readonly Lock _gate = new();
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IAdmission? _admission;
    private readonly RelayLog _log;
    private readonly List<Member> _members = [];
    private Door[] _doors = [];
    private long _lastId;
    private volatile bool _draining;

    /// <summary>Opens a room without members.</summary>
    /// <param name="options">How it relays.</param>
    /// <param name="time">The clock for stalls, rates and idleness.</param>
    /// <param name="logger">Where joins, leaves and evictions are told.</param>
    /// <param name="admission">Who may join; everybody if null.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public Room(RoomOptions options, TimeProvider time, ILogger<Room> logger, IAdmission? admission = null)
    {
        options.Validate();
        _admission = admission;
        _options = options;
        _time = time;
        _logger = logger;
        _unfinished = new UnfinishedLines(time);
        _log = new RelayLog((int)(options.BufferBytes / RoomOptions.Segments), options.Framing, options.Slow == SlowPolicy.Skip, time);
        _windowThrottle = new Throttle(TimeSpan.FromSeconds(1), time);
        _windowTimer = time.CreateTimer(_ => LookAtWindow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _receiptTimer = time.CreateTimer(_ => LookAtReceipts(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.LinesPerSecond is not null || options.BytesPerSecond is not null)
        {
            _paceTimer = time.CreateTimer(_ => LookAtPaces(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (options.Coalesce is not null)
        {
            _publishTimer = time.CreateTimer(_ => PublishLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (options.IdleTimeout is not null)
        {
            _idleTimer = time.CreateTimer(_ => LookForIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _idleTimer.Change(IdleTickTime, Timeout.InfiniteTimeSpan);
        }
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
                return _log.End.Units;
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
            _log.Publish();
            foreach (Member member in _members)
            {
                member.EndInput();

                // Before its end is known: whoever sees the end asks at once whether it may be a receipt.
                if (member.Framer.IsMidUnit)
                {
                    member.LoseInput();
                }

                member.FinishAt(_log.End);
            }
        }

        Wake();
    }

    /// <summary>Stops the room's clock. The members are the servers' to end.</summary>
    public void Dispose()
    {
        _windowTimer.Dispose();
        _receiptTimer.Dispose();
        _paceTimer?.Dispose();
        _idleTimer?.Dispose();
        _publishTimer?.Dispose();
    }

    internal Member Join(EndPoint? remote)
    {
        // Asked before the lock is taken: it may be slow. Whom it has admitted it hears of again, even if the room drains meanwhile.
        string refusal = "";
        bool asked = !_draining && _admission is not null;
        bool refused = asked && !_admission!.Admits(remote, out refusal);
        Member member;
        lock (_gate)
        {
            long id = ++_lastId;
            Cursor cursor = _log.OpenCursor(_options.Echo ? Cursor.Nobody : id);
            member = new Member(this, id, remote, new Framer(_options.Framing, _options.MaxLineBytes, _unfinished), cursor)
            {
                Index = _members.Count,
                IsAdmitted = asked && !refused,
                Pace = Pace.For(_options, _time),
                ActiveTick = _idleTick,
                FirstSequence = _log.End.Units,
            };
            _members.Add(member);
            if (refused || _draining)
            {
                // Nothing of the log was ever given to it, so its place can go before it leaves.
                Evict(member, refused ? EvictionReason.Refused : EvictionReason.Draining);
                member.Cursor.Close();
            }
        }

        if (member.IsEvicted)
        {
            RoomMessages.Refused(_logger, member, refused ? refusal : EvictionReason.Draining.Explain());
        }
        else
        {
            RoomMessages.Joined(_logger, member);
        }

        return member;
    }

    internal void Receive(Member member, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        bool fits;
        bool published;
        List<Member>? crowding;
        var change = default(WindowChange);
        lock (_gate)
        {
            if (member.InputEnded)
            {
                member.LoseInput();
                return;
            }

            Tally before = _log.End;
            _received += bytes.Length;
            member.HasSent = true;
            member.ActiveTick = _idleTick;
            fits = member.Framer.Feed(_log, member.Id, bytes);
            if (!fits)
            {
                Evict(member, EvictionReason.LineTooLong);
            }

            Tally ordered = _log.End - before;
            member.Ordered += ordered;
            published = ordered.Bytes > 0 && Publish();
            if (member.Pace is { } pace)
            {
                CountPace(member, pace, ordered.Units, bytes.Length);
            }

            crowding = BoundUnfinished();
            if (_log.SegmentCount >= RoomOptions.Segments)
            {
                change = MakeRoom(looksAgain: false);
            }
        }

        if (!fits)
        {
            RoomMessages.Evicted(_logger, member, EvictionReason.LineTooLong.Explain());
        }

        Tell(change);
        TellEvicted(crowding, EvictionReason.Unfinished);
        if (published || !fits || change.Evicted is not null || crowding is not null)
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

            Tally before = _log.End;
            member.Framer.Finish(_log, member.Id);

            // Its receipt does not wait for company: that might be all that the member still waits for.
            _log.Publish();
            member.Ordered += _log.End - before;
            member.EndSequence = _log.End.Units;
            member.FinishAt(_log.End);
        }

        Wake();
    }

    internal void Leave(Member member)
    {
        // While it still counts as a member: whoever sees that it is gone may rely on its place being free.
        if (member.GivesUpPlace())
        {
            _admission!.Left(member.Remote);
        }

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
            Remember(member);
            member.Cursor.Close();
        }

        member.TellIfReached();
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

    private void Wake()
    {
        foreach (Door door in Volatile.Read(ref _doors))
        {
            door.Wake();
        }
    }
}
