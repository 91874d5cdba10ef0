namespace Chatctl.Core.Tests.Model;

internal enum PeerKind
{
    /// <summary>What it has sent does not show yet whether it opens a session.</summary>
    Undecided,

    Plain,

    /// <summary>It has said hello, even if that was refused.</summary>
    Session,
}

/// <summary>A member as the specification knows it: what it has sent, what it must get, and how it must end.</summary>
internal sealed partial class PeerModel(SessionRoomModel room, long id)
{
    private SinceModel _since = null!;
    private long _end;
    private bool _resumed;
    private string _name = "";
    private int _begun;

    public long Id => id;

    public PeerKind Kind { get; set; }

    /// <summary>What it has sent of a line that has not ended yet.</summary>
    public List<byte> Incomplete { get; } = [];

    public bool HasSent { get; set; }

    public bool HasFinished { get; set; }

    public bool InputEnded { get; set; }

    public bool Evicted { get; set; }

    public string? EvictedFor { get; private set; }

    /// <summary>Whether something that it sent came too late, so that its end is no receipt.</summary>
    public bool Lost { get; set; }

    public bool Gone { get; set; }

    /// <summary>When it made a fatal error.</summary>
    public DateTimeOffset? BrokenAt { get; set; }

    /// <summary>Where the log ends for it.</summary>
    public int Stop { get; set; } = int.MaxValue;

    public SessionModel? Session { get; private set; }

    /// <summary>The answers that it must get, in their order, as regular expressions.</summary>
    public Queue<string> Answers { get; } = [];

    public bool AsksWho { get; set; }

    /// <summary>Whether it has sent a line again that it may want the ack of again.</summary>
    public bool HasRepeated { get; set; }

    /// <summary>The client's number of the last ack that it got over this connection.</summary>
    public long Acked { get; private set; }

    /// <summary>Whether receipts and acks perhaps do not wait for it, since it has made one wait too long.</summary>
    public bool MayBeOverlooked { get; set; }

    /// <summary>Whether its session was known before.</summary>
    public bool HasResumed => _resumed;

    /// <summary>Whether it must get an ack sooner or later.</summary>
    public bool AwaitsAck => Session is { } session && session.Peer == this && (session.LastN > Acked || HasRepeated);

    public void Evict(string reason)
    {
        Evicted = InputEnded = true;
        EvictedFor ??= reason;
        Incomplete.Clear();
    }

    /// <summary>Its hello was accepted. Where its log begins shows with the answer.</summary>
    public void Begin(SessionModel session, SinceModel since, long end, bool resumed, int begun)
    {
        (Session, _since, _end, _resumed, _name, _begun) = (session, since, end, resumed, session.Name, begun);
        Answers.Enqueue("^CHATCTL/1 ");
    }
}
