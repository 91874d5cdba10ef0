using System.Buffers;

namespace Chatctl.Core.Sessions;

/// <summary>The log that sessions read: each line and each event is encoded once, when it is ordered, for all of them.</summary>
/// <remarks>Everything is under the room's lock. Appended units are seen by readers once the feed publishes them.</remarks>
internal sealed class SessionLog
{
    // A portion is handed to the feed when it has so many bytes. A larger one saves next to nothing.
    private const int FullPortion = 32 << 10;

    // More than an object needs beside its text, and enough for an event with two names.
    private const int Frame = 1024;

    private readonly byte _terminator;
    private readonly TimeProvider _time;
    private readonly SessionEncoder _encoder = new();
    private DateTimeOffset _now;
    private bool _isNow;

    /// <summary>Opens the log.</summary>
    /// <param name="feed">The feed that keeps it. The room disposes it.</param>
    /// <param name="framing">How the room's own units end.</param>
    /// <param name="time">The clock for the times of lines and events.</param>
    /// <param name="after">The time of the last line or event before it; null if there was none.</param>
    public SessionLog(Feed feed, Framing framing, TimeProvider time, DateTimeOffset? after)
    {
        _now = after ?? default;
        Feed = feed;
        _terminator = framing.Terminator();
        _time = time;
    }

    /// <summary>The feed that sessions read.</summary>
    public Feed Feed { get; }

    /// <summary>How many bytes a unit can take when it is encoded.</summary>
    /// <param name="textBytes">The bytes of its text.</param>
    public static long Encoded(long textBytes) => (6 * textBytes) + Frame;

    /// <summary>Lets readers see what was added, now or soon, as <see cref="Feed.Publish"/> does.</summary>
    public bool Publish()
    {
        _isNow = false;
        return Feed.HasUnpublished && Feed.Publish();
    }

    /// <summary>Lets readers see all that was added.</summary>
    public void PublishNow()
    {
        _isNow = false;
        Feed.PublishNow();
    }

    /// <summary>Adds the units of a plain member.</summary>
    /// <param name="owner">The member.</param>
    /// <param name="head">The first piece of the units.</param>
    /// <param name="rest">The second piece; empty, or the end of the only unit.</param>
    /// <param name="seq">The number of the first of them.</param>
    public void AddPlain(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, long seq)
    {
        if (rest.IsEmpty)
        {
            Add(owner, SessionEncoder.Nobody, head, seq);
            return;
        }

        byte[] unit = ArrayPool<byte>.Shared.Rent(head.Length + rest.Length);
        head.CopyTo(unit);
        rest.CopyTo(unit.AsSpan(head.Length));
        Add(owner, SessionEncoder.Nobody, unit.AsSpan(0, head.Length + rest.Length), seq);
        ArrayPool<byte>.Shared.Return(unit);
    }

    /// <summary>Adds a line of a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="text">The text, without an end.</param>
    /// <param name="seq">The number of the line.</param>
    public void AddLine(Session session, ReadOnlySpan<byte> text, long seq)
    {
        _encoder.Line(seq, Now(), session.Id, session.QuotedName, text);
        Append(session, 1);
    }

    /// <summary>Adds the event that a session has begun. Its own reader passes over it.</summary>
    public void AddJoin(Session session)
    {
        _encoder.Join(Now(), session.Id, session.Name);
        Append(session, 0);
    }

    /// <summary>Adds the event that a session has ended.</summary>
    public void AddLeave(Session session, string reason)
    {
        _encoder.Leave(Now(), session.Id, session.Name, reason);
        Append(session, 0);
    }

    /// <summary>Adds the event that a plain member has joined.</summary>
    /// <param name="id">The member.</param>
    public void AddJoin(long id)
    {
        _encoder.Join(Now(), id, name: null);
        Hand(id, 0);
    }

    /// <summary>Adds the event that a plain member has left, or that it is none any more.</summary>
    /// <param name="id">The member.</param>
    /// <param name="reason">Why.</param>
    public void AddLeave(long id, string reason)
    {
        _encoder.Leave(Now(), id, name: null, reason);
        Hand(id, 0);
    }

    /// <summary>Adds the event that a session has another name.</summary>
    public void AddRename(Session session, string was)
    {
        _encoder.Rename(Now(), session.Id, session.Name, was);
        Append(session, 0);
    }

    /// <summary>Adds the event that counts what was not told one by one.</summary>
    public void AddCrowd(long joined, long left, long renamed)
    {
        _encoder.Crowd(Now(), joined, left, renamed);
        Hand(Cursor.NoSender, 0);
    }

    /// <summary>
    /// The server's time, which never goes back. What is published together has the same time: a look at the clock takes a good part of the time that a line
    /// takes.
    /// </summary>
    private DateTimeOffset Now()
    {
        if (!_isNow)
        {
            _isNow = true;
            _now = _time.GetUtcNow() is var now && now > _now ? now : _now;
        }

        return _now;
    }

    private void Add(long owner, ReadOnlySpan<byte> from, ReadOnlySpan<byte> units, long seq)
    {
        DateTimeOffset now = Now();
        int count = 0;
        while (!units.IsEmpty)
        {
            int end = units.IndexOf(_terminator);
            if (_encoder.Written.Length > 0 && (_encoder.Written.Length >= FullPortion || _encoder.Written.Length + Encoded(end) > Feed.SegmentBytes))
            {
                Hand(owner, count);
                count = 0;
            }

            _encoder.Line(seq++, now, owner, from, units[..end]);
            count++;
            units = units[(end + 1)..];
        }

        Hand(owner, count);
    }

    private void Append(Session session, int units)
    {
        if (session.Reader is { } reader)
        {
            reader.Own += new Tally(units, _encoder.Written.Length);
        }

        Hand(session.Id, units);
    }

    private void Hand(long owner, int units)
    {
        Feed.Append(owner, _encoder.Written.Span, default, units);
        _encoder.Clear();
    }
}
