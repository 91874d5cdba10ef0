using Chatctl.Core.Access;
using Chatctl.Core.Backplane;
using Chatctl.Core.Journal;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core;

/// <summary>
/// The room: what one member sends reaches all the others, whole, and in one order for all. It knows lines and members, and no sockets.
/// It orders units and hands them to its <see cref="Feed"/>, which keeps them until the members have got them.
/// </summary>
/// <remarks>
/// Safe for use from any thread. Dispose it after its servers.
/// <para>
/// Locks. There is one lock. It guards the order, the members, what they have begun to send, and the feed, which shares it. It is held for a
/// copy, and never across a system call, a wake, a log message or a question to the <see cref="IAdmission"/>. Questions to the
/// <see cref="IAccess"/> are asked under it, so that nobody joins by rules that have just changed. Readers take no lock to gather what they send: see
/// <see cref="Cursor"/>.
/// </para>
/// <para>
/// Memory. The room owns the beginnings of unfinished lines: each member's <see cref="Beginning"/> rents a buffer for one. The feed owns the log.
/// The bytes that a transport hands over are copied before the call returns. The bytes that it gets stay the log's.
/// </para>
/// </remarks>
public sealed partial class Room : IRoom, IDisposable
{
    private readonly Lock _gate = new();
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IAdmission? _admission;
    private readonly IAccess? _access;
    private readonly Feed _feed;
    private readonly Sequencer _sequencer;
    private readonly List<Member> _members = [];
    private Door[] _doors = [];
    private long _lastId;
    private volatile bool _draining;

    /// <summary>Opens a room without members.</summary>
    /// <param name="options">How it relays.</param>
    /// <param name="time">The clock for stalls, rates and idleness.</param>
    /// <param name="logger">The log for joins, leaves and evictions.</param>
    /// <param name="admission">Decides which peers may join; all may if it is null.</param>
    /// <param name="access">Knows who may be in the room, and with which rights. If it is null, everybody may do everything.</param>
    /// <param name="journal">Keeps what is said on disk, from an earlier room on; null for nothing. It is of this room alone. Dispose it after the servers.</param>
    /// <param name="backplane">Shares the room with other nodes; null if there are none. It is of this room alone. Start it before the servers.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public Room(
        RoomOptions options, TimeProvider time, ILogger<Room> logger, IAdmission? admission = null, IAccess? access = null, RoomJournal? journal = null,
        RoomBackplane? backplane = null)
    {
        options.Validate();
        if (journal is not null && !options.Sessions)
        {
            throw new ArgumentException("a room without sessions has no journal");
        }

        if (journal is not null && backplane is not null)
        {
            throw new ArgumentException("a room with a backplane has no journal");
        }

        _journal = journal;
        _backplane = backplane;
        _commits = journal is not null ? journal : backplane;
        _taken = new GoneUnits(journal?.Recovered.Gone ?? default);
        _lastId = _firstId = journal?.Recovered.LastId ?? 0;
        _firstSequence = journal?.Recovered.LastSeq ?? backplane?.State.Seq ?? 0;
        _admission = admission;
        _access = access;
        _options = options;
        _time = time;
        _logger = logger;
        _unfinished = new UnfinishedLines(time);
        var log = new RelayLog((int)(options.BufferBytes / RoomOptions.Segments), new PlainUnits(options.Framing), options.Slow == SlowPolicy.Skip, time,
            _firstSequence, waits: journal is not null);
        _feed = new Feed(options, log, _gate, time, logger, Wake);
        _sequencer = new Sequencer(_feed, options.Framing.Terminator(), _firstSequence);
        _broken = new Patience(BrokenPatience, time, LookAtBroken);
        _strange = access is null ? null : new Patience(StrangerPatience, time, LookAtStrangers);
        if (backplane is not null)
        {
            _proposals = new Proposals(options.Framing, options.MaxLineBytes, time);
            _clock = new LogClock(time);
            _delayed = new Patience(HelloPatience, time, LookAtDelayed);
        }

        if (options.Sessions && (options.KeepsHistoryFromStart || _commits is not null))
        {
            OpenSessions();
        }

        if (backplane is not null)
        {
            Restore(backplane.State);
        }

        _receiptTimer = time.CreateTimer(_ => LookAtReceipts(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.LinesPerSecond is not null || options.BytesPerSecond is not null)
        {
            _paceTimer = time.CreateTimer(_ => LookAtPaces(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (options.IdleTimeout is not null)
        {
            _idleTimer = time.CreateTimer(_ => LookForIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _idleTimer.Change(IdleTickTime, Timeout.InfiniteTimeSpan);
        }

        journal?.Begin(this);
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

    /// <summary>How many units have been ordered. It is also the sequence number of the next one.</summary>
    public long Sequence
    {
        get
        {
            lock (_gate)
            {
                return _sequencer.Next;
            }
        }
    }

    /// <summary>Whether the room takes input now: the window is not full, not too much waits to be committed, and the room does not drain.</summary>
    internal bool TakesInput => !_feed.IsFull && _sessions is not { Log.Feed.IsFull: true } && !_commitsLag && !_draining;

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
    /// Begins to drain. Nothing that is received from now on is accepted, and peers that join are refused. Every member is finished once it
    /// has got all that was accepted before. A second call does nothing.
    /// </summary>
    public void Drain()
    {
        lock (_gate)
        {
            _draining = true;
            _sequencer.PublishNow();
            foreach (Member member in _members)
            {
                member.EndInput();

                // This comes before the end is set. A thread that sees the end asks at once whether it may be a receipt.
                if (member.Beginning.Length > 0 || member.IsHeld)
                {
                    member.LoseInput();
                }

                FinishBehind(member);
            }
        }

        Wake();
    }

    /// <summary>Stops the room's timers. The servers end the members.</summary>
    public void Dispose()
    {
        _feed.Dispose();
        _sessions?.Dispose();
        _broken.Dispose();
        _strange?.Dispose();
        _delayed?.Dispose();
        _receiptTimer.Dispose();
        _paceTimer?.Dispose();
        _idleTimer?.Dispose();
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
        _commits?.Wake();
        WakeDoors();
    }

    private void WakeDoors()
    {
        foreach (Door door in Volatile.Read(ref _doors))
        {
            door.Wake();
        }
    }
}
