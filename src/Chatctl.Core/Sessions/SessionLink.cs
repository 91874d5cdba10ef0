namespace Chatctl.Core.Sessions;

/// <summary>A session's part of a member: one connection of the session, with what is said to it alone.</summary>
/// <remarks>
/// <para>
/// A property is under the room's lock unless it says otherwise. <see cref="Pending"/> is the outbound side, on the thread of the transport.
/// </para>
/// <para>
/// A peer that says hello was a plain member until then. Its transport may be sending it a unit of the plain log. So it changes over to the log of sessions
/// at the end of that unit. The place in that log was fixed with the hello, so nothing is lost or doubled meanwhile.
/// </para>
/// </remarks>
/// <param name="session">The session; null if the hello was refused.</param>
/// <param name="reader">Its place in the log of sessions; null if the hello was refused.</param>
/// <param name="replay">What it gets of the past before it gets its place in the log; null if there is nothing like that. The link disposes it.</param>
internal sealed class SessionLink(Session? session, Reader? reader, Replay? replay = null)
{
    // A member with so many bytes of answers is not read from until it has read them.
    private const int Choking = 4 << 10;

    // So much can come from one read before that shows.
    private const int MostQueued = 64 << 10;

    private volatile bool _hasAnswers;
    private volatile bool _awaitsAck;
    private volatile bool _isChoked;
    private volatile bool _isBroken;
    private bool _hasEntered;
    private Replay? _replay = replay;

    /// <summary>The session; null if the hello was refused.</summary>
    public Session? Session => session;

    /// <summary>Its place in the log of sessions; null if the hello was refused.</summary>
    public Reader? Reader { get; private set; } = reader;

    /// <summary>What the room says to it alone. After a change call <see cref="Tell"/>.</summary>
    public Answers Answers { get; } = new();

    /// <summary>The number from which the answer to who goes on; null if there is nothing to answer.</summary>
    public long? WhoFrom { get; set; }

    /// <summary>The client's number of the last line that was acknowledged over this connection.</summary>
    public long AckedN { get; set; }

    /// <summary>The line that is acknowledged once the member's receipt is due.</summary>
    public (long N, long Seq) Candidate { get; set; }

    /// <summary>The server's hello, as long as it waits for the journal; null if it does not.</summary>
    public ServerHello? HelloBehind { get; set; }

    /// <summary>The receipt that its acks wait for, one after the other, so that an ack allocates nothing; null before the first.</summary>
    public Receipt? AckReceipt { get; set; }

    /// <summary>Whether nothing is read from it until it has taken its answers. From any thread.</summary>
    public bool IsChoked => _isChoked;

    /// <summary>Whether it has ended with a fatal error. From any thread.</summary>
    public bool IsBroken => _isBroken;

    /// <summary>There is something to say to the member.</summary>
    /// <returns>False if it has been told too much that it does not read.</returns>
    public bool Tell()
    {
        _hasAnswers = true;
        _isChoked = Answers.Queued > Choking;
        return Answers.Queued <= MostQueued;
    }

    /// <summary>A line waits for its ack.</summary>
    public void AwaitAck() => _awaitsAck = true;

    /// <summary>Nothing more is taken from it. It gets its answers and no more.</summary>
    public void Break() => _isBroken = true;

    /// <summary>Hands out the answers.</summary>
    /// <param name="awaitsAck">Whether a line still waits for its ack.</param>
    /// <param name="wasChoked">Whether it may be read from again.</param>
    public ReadOnlyMemory<byte> Take(bool awaitsAck, out bool wasChoked)
    {
        wasChoked = _isChoked;
        _isChoked = false;
        _awaitsAck = awaitsAck;
        _hasAnswers = WhoFrom is not null;
        return Answers.Take();
    }

    /// <summary>What <see cref="IMember.Pending"/> is for a session. On the outbound side.</summary>
    public Outbound Pending(Member member, Room room, Memory<byte> scratch, out ReadOnlyMemory<byte> bytes)
    {
        if (!_hasEntered && member.Reader.Cursor.MayInsert)
        {
            _hasEntered = true;
            if (Reader is { } reader)
            {
                room.Enter(member, reader);
            }
        }

        Reader current = member.Reader;
        if (_hasEntered && HelloBehind is null && (_hasAnswers || _awaitsAck || _isBroken) && current.Cursor.MayInsert && !current.IsAhead)
        {
            ReadOnlyMemory<byte> answers = room.Compose(member, this);
            if (!answers.IsEmpty)
            {
                current.Cursor.Insert(answers);
            }
            else if (_isBroken && current.Cursor.Close())
            {
                current.Feed.Reclaim();
            }
        }

        if (_replay is not null && _hasEntered && (!_hasAnswers || HelloBehind is not null) && !_isBroken && current.Cursor.MayInsert)
        {
            current = GoOn(_replay, member, room);
        }

        bool pauses = !_hasEntered || _hasAnswers || _isBroken;
        if (current.Gather(scratch, pauses, out bytes))
        {
            return Outbound.Bytes;
        }

        // What was told since the look above comes first.
        return (_isBroken ? current.Cursor.IsClosed : current.Cursor.IsAtEnd && _replay is null) && !_awaitsAck && !_hasAnswers ? member.End() : Outbound.Nothing;
    }

    /// <summary>It has got the past up to its place. Under the lock.</summary>
    /// <param name="reader">The place; null if it gets nothing behind the past.</param>
    public void EndReplay(Reader? reader)
    {
        _replay?.Dispose();
        _replay = null;
        Reader = reader ?? Reader;
    }

    /// <summary>The member gets the next piece of the past, or its place in the log if that is where the past ends.</summary>
    private Reader GoOn(Replay past, Member member, Room room)
    {
        if (past.IsReading)
        {
            return member.Reader;
        }

        if (past.Failure is { } failure)
        {
            room.FailReplay(member, this, failure);
        }
        else if (HelloBehind is not null)
        {
            room.Answer(this, past.Past);
        }
        else if (past.TryTake(out ReadOnlyMemory<byte> piece))
        {
            member.Reader.Cursor.Insert(piece);
        }
        else if (!room.TryGoLive(member, this, past) && room.SeamBehind(past) is { } seam)
        {
            past.Read(seam);
        }

        return member.Reader;
    }
}
