using Chatctl.Core.Journal;

namespace Chatctl.Core.Sessions;

/// <summary>A client with a name and a client id. It outlives its connections, so that it can resume.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="id">Its number in the room.</param>
/// <param name="client">The fingerprint of its client id. The id itself is a secret between the client and the room, and is not kept.</param>
/// <param name="owner">The name of the principal whose session it is; null in a room without access rules.</param>
internal sealed class Session(long id, string client, string? owner)
{
    /// <summary>Its number in the room: that of its first member. Its lines carry it, and its readers pass over them.</summary>
    public long Id => id;

    /// <summary>The fingerprint of its client id, as <see cref="SessionRegistry.Fingerprint"/> makes it.</summary>
    public string Client => client;

    /// <summary>The name of the principal whose session it is; null in a room without access rules.</summary>
    public string? Owner => owner;

    /// <summary>Its name. It is empty only before the first one is given.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The name as its lines carry it.</summary>
    public byte[] QuotedName { get; private set; } = [];

    /// <summary>The number of the member that is its connection; 0 while it has none.</summary>
    public long Connection { get; set; }

    /// <summary>That member; null while it has no connection, or one at another node.</summary>
    public Member? Member { get; private set; }

    /// <summary>That member's place in the log.</summary>
    public Reader? Reader { get; private set; }

    /// <summary>The client's number of the last line that was taken; 0 if none was.</summary>
    public long LastN { get; set; }

    /// <summary>The room's number of that line.</summary>
    public long LastSeq { get; set; }

    /// <summary>When that line came, as a timestamp.</summary>
    public long LastSince { get; set; }

    /// <summary>How far the feeds have to be sent until that line has been sent to all.</summary>
    public Places LastPlaces { get; set; }

    /// <summary>Its place among the sessions without a connection, and since when it has none; null while it has one.</summary>
    public LinkedListNode<(Session Session, long Since)>? Absence { get; set; }

    /// <summary>Whether a commit log has to be told what has changed.</summary>
    public bool HasChanged { get; set; }

    /// <summary>What a commit log has to know of it.</summary>
    public SessionRecord Record => new(id, client, owner, Name, LastN, LastSeq);

    /// <summary>It has a connection at this node.</summary>
    public void Connect(Member member, Reader reader) => (Member, Reader) = (member, reader);

    /// <summary>It has no connection at this node any more.</summary>
    public void Disconnect() => (Member, Reader) = (null, null);

    /// <summary>Gives it a name.</summary>
    public void Call(string name)
    {
        Name = name;
        QuotedName = SessionEncoder.Quote(name);
    }
}
