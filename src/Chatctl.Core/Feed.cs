using Microsoft.Extensions.Logging;

namespace Chatctl.Core;

/// <summary>
/// A log, its window, the policy for slow readers, and the members that read the log. The room orders units and hands them to its feeds. A feed
/// keeps them until its readers have got them, and decides what happens when the window is full.
/// </summary>
/// <remarks>
/// <para>
/// Locks. A feed has no lock of its own: it shares the room's. A method takes that lock itself, unless it says "under the room's lock": then the
/// caller holds it. Readers gather and advance without it, and take it only to give back a segment or to jump. No log message is written and no
/// server is woken under it.
/// </para>
/// <para>
/// Memory. The feed owns the log, and the log owns the segments. While a cursor stands in a segment, the log does not use that segment for
/// other bytes. So the bytes that a reader was given stay valid. The cursor gives the segment up when it moves on or closes. The bytes handed
/// in are copied, and remain the caller's.
/// </para>
/// </remarks>
internal sealed partial class Feed : IDisposable
{
    private readonly Lock _gate;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _wake;
    private readonly RelayLog _log;
    private readonly List<Reader> _readers = [];

    /// <summary>Opens a feed without readers.</summary>
    /// <param name="options">The room's options. They are valid.</param>
    /// <param name="log">The log. It is the feed's own.</param>
    /// <param name="gate">The room's lock.</param>
    /// <param name="time">The clock for stalls, and for units that wait for more units.</param>
    /// <param name="logger">The log for full windows, skips and evictions.</param>
    /// <param name="wake">Wakes the servers. Never called under the lock.</param>
    public Feed(RoomOptions options, RelayLog log, Lock gate, TimeProvider time, ILogger logger, Action wake)
    {
        _options = options;
        _gate = gate;
        _time = time;
        _logger = logger;
        _wake = wake;
        _log = log;
        Settled = log.Waits ? 0 : long.MaxValue;
        _windowThrottle = new Throttle(TimeSpan.FromSeconds(1), time);
        _windowTimer = time.CreateTimer(_ => LookAtWindow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.Coalesce is not null)
        {
            _publishTimer = time.CreateTimer(_ => PublishLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The size of a segment, in bytes. No more can be appended at once.</summary>
    public int SegmentBytes => _log.SegmentBytes;

    /// <summary>Where the next unit will stand. Under the room's lock.</summary>
    public Tally End => _log.End;

    /// <summary>How many segments of the window are in use. Under the room's lock.</summary>
    public int SegmentCount => _log.SegmentCount;

    /// <summary>How many segments are kept beside the window for the readers that stand in them. Under the room's lock.</summary>
    public int PinnedCount => _log.PinnedCount;

    /// <summary>Adds a reader at the end of the log: it gets what is appended from now on. Under the room's lock.</summary>
    /// <param name="member">The member that reads.</param>
    /// <param name="id">The sender whose units it passes over, unless members get their own.</param>
    public Reader Open(IFeedMember member, long id) => Add(member, id, _log.OpenCursor(OwnOf(id)));

    /// <summary>Adds a reader that first gets what is kept from a place on. Under the room's lock.</summary>
    /// <param name="member">The member that reads.</param>
    /// <param name="id">The sender whose units it passes over, unless members get their own.</param>
    /// <param name="segment">A segment of the window.</param>
    /// <param name="offset">The start or the end of a unit in it.</param>
    public Reader Open(IFeedMember member, long id, Segment segment, int offset)
    {
        Reader reader = Add(member, id, _log.OpenCursor(OwnOf(id), segment, offset));
        reader.Own = segment.OfFromHere(id);
        return reader;
    }

    /// <summary>Adds a reader that does not stand in the log. It gets only what is inserted. Under the room's lock.</summary>
    /// <param name="member">The member that reads.</param>
    /// <param name="id">The sender whose units are its own.</param>
    public Reader OpenBeside(IFeedMember member, long id)
    {
        Reader reader = Open(member, id);
        reader.Cursor.Close();
        return reader;
    }

    /// <summary>Adds a reader at a position, if that is still in the window. Under the room's lock.</summary>
    /// <param name="member">The member that reads.</param>
    /// <param name="id">The sender whose units it passes over, unless members get their own.</param>
    /// <param name="position">The start or the end of a unit, in bytes.</param>
    /// <returns>Null if the position is not in the window any more.</returns>
    public Reader? TryOpenAt(IFeedMember member, long id, long position) =>
        _log.SegmentAt(position) is { } segment ? Open(member, id, segment, (int)(position - segment.Start)) : null;

    /// <summary>The sender whose units a member passes over; <see cref="Cursor.NoSender"/> if members get their own.</summary>
    public long OwnOf(long id) => _options.Echo ? Cursor.NoSender : id;

    /// <summary>Removes a reader. Under the room's lock; call <see cref="Reclaim"/> after it is released. A second call does nothing.</summary>
    public void Remove(Reader reader)
    {
        if (reader.Index < 0)
        {
            return;
        }

        Reader last = _readers[^1];
        _readers[reader.Index] = last;
        last.Index = reader.Index;
        reader.Index = -1;
        _readers.RemoveAt(_readers.Count - 1);
        _sentBefore += reader.Cursor.Taken;
        reader.Cursor.Close();
    }

    /// <summary>Appends whole units of one sender, as <see cref="RelayLog.Append"/> does. Under the room's lock.</summary>
    public void Append(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units) => _log.Append(owner, head, rest, units);

    /// <summary>Stops the feed's timers.</summary>
    public void Dispose()
    {
        _windowTimer.Dispose();
        _publishTimer?.Dispose();
    }

    private Reader Add(IFeedMember member, long id, Cursor cursor)
    {
        var reader = new Reader(this, member, id, cursor) { Index = _readers.Count, Begun = _log.End.Bytes };
        _readers.Add(reader);
        return reader;
    }
}
