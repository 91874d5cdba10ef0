using System.Security.Cryptography;
using System.Text;
using Chatctl.Core.Access;
using Chatctl.Core.Backplane;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Sessions;

/// <summary>The sessions that a room knows: those with a connection, and those that may come back.</summary>
/// <remarks>Everything is under the room's lock.</remarks>
/// <param name="time">The clock that tells how long a session has been away.</param>
/// <param name="access">Knows whose a name is; null if everybody may have every name.</param>
/// <param name="records">Whether a commit log has to be told what changes.</param>
internal sealed class SessionRegistry(TimeProvider time, IAccess? access, bool records)
{
    /// <summary>How long a session without a connection is known at least, unless there are <see cref="MostKnown"/>.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>How many sessions are known at least, however long ago their connections ended.</summary>
    public const int LeastKnown = 10_000;

    /// <summary>How many sessions are known at most. A stranger who opens session after session must not fill the memory.</summary>
    public const int MostKnown = 100_000;

    private const string DefaultName = "guest";

    // By the fingerprints of client ids. A client id counts for its owner alone. So somebody else who finds it out cannot resume the session.
    private readonly Dictionary<(string? Owner, string Client), Session> _known = [];
    private readonly LinkedList<(Session Session, long Since)> _absent = [];
    private readonly List<Session> _present = [];
    private readonly List<Session> _changed = [];
    private readonly NameBook _names = new();

    /// <summary>How many sessions have a connection.</summary>
    public int Count => _present.Count;

    /// <summary>Finds the session of a client id; null if it is not known.</summary>
    /// <param name="owner">The name of the principal whose session it is; null in a room without access rules.</param>
    /// <param name="client">The fingerprint of the client id.</param>
    public Session? Find(string? owner, string client) => _known.GetValueOrDefault((owner, client));

    /// <summary>What is kept of a client id: enough to know it again, and nothing to resume with.</summary>
    public static string Fingerprint(string client) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(client)));

    /// <summary>Makes a client id for a client that has none.</summary>
    public static string NewClient() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Finds the session of a client id, or begins one, and gives it a name if it has no connection.</summary>
    /// <param name="name">The name that the client wants, which is valid; null if it wants none.</param>
    /// <param name="client">The fingerprint of its client id.</param>
    /// <param name="owner">The name of the principal whose session it is; null in a room without access rules.</param>
    /// <param name="connection">The number of the member that is its connection now. It becomes the number of a session that begins.</param>
    /// <param name="resumed">Whether it was known.</param>
    /// <param name="wasPresent">Whether it has another connection. The caller ends that.</param>
    public Session Open(string? name, string client, string? owner, long connection, out bool resumed, out bool wasPresent)
    {
        Session? session = Find(owner, client);
        resumed = session is not null;
        if (session is null)
        {
            session = new Session(connection, client, owner);
            _known.Add((owner, client), session);
        }

        wasPresent = session.Connection != 0;
        session.Connection = connection;
        if (session.Absence is { } absence)
        {
            _absent.Remove(absence);
            session.Absence = null;
        }

        if (!wasPresent)
        {
            int index = IndexFrom(session.Id);
            _present.Insert(index, session);
            session.Call(TakeName(name ?? (session.Name.Length > 0 ? session.Name : owner ?? DefaultName), owner));
            NoteChange(session);
        }

        return session;
    }

    /// <summary>A session has no connection any more.</summary>
    public void Close(Session session)
    {
        session.Connection = 0;
        _present.RemoveAt(IndexFrom(session.Id));
        _names.Release(session.Name);
        session.Absence = _absent.AddLast((session, time.GetTimestamp()));
        while (_absent.First is { } oldest && (_known.Count > MostKnown || (_known.Count > LeastKnown && time.GetElapsedTime(oldest.Value.Since) > Memory)))
        {
            _absent.RemoveFirst();
            oldest.Value.Session.Absence = null;
            _known.Remove((oldest.Value.Session.Owner, oldest.Value.Session.Client));
        }
    }

    /// <summary>Gives a session another name, perhaps with a number added.</summary>
    /// <returns>Whether its name is another one now.</returns>
    public bool Rename(Session session, string name)
    {
        string was = session.Name;
        _names.Release(was);
        session.Call(TakeName(name, session.Owner));
        NoteChange(session);
        return session.Name != was;
    }

    /// <summary>A session has changed in what a commit log has to know.</summary>
    public void NoteChange(Session session)
    {
        if (records && !session.HasChanged)
        {
            session.HasChanged = true;
            _changed.Add(session);
        }
    }

    /// <summary>Hands out the records of the sessions that have changed.</summary>
    public void TakeChanged(List<SessionRecord> into)
    {
        foreach (Session session in _changed)
        {
            session.HasChanged = false;
            into.Add(session.Record);
        }

        _changed.Clear();
    }

    /// <summary>A session is known from before a restart. It has no connection. Older ones come first.</summary>
    public void Restore(SessionRecord record)
    {
        if (!_known.ContainsKey((record.Owner, record.Client)))
        {
            Session session = Add(record);
            session.Absence = _absent.AddLast((session, time.GetTimestamp()));
        }
    }

    /// <summary>All sessions that are known. Those without a connection come in the order in which they lost it.</summary>
    public IEnumerable<KnownSession> Capture() =>
    [
        .. _present.Select(session => new KnownSession(session.Record, session.Connection, Since: 0)),
        .. _absent.Select(absent => new KnownSession(absent.Session.Record, Connection: 0, absent.Since)),
    ];

    /// <summary>A session is as it was captured. It has no connection at this node.</summary>
    public Session Restore(KnownSession known)
    {
        Session session = Add(known.Record);
        if (known.Connection == 0)
        {
            session.Absence = _absent.AddLast((session, known.Since));
        }
        else
        {
            session.Connection = known.Connection;
            session.Call(_names.Take(session.Name));
            _present.Insert(IndexFrom(session.Id), session);
        }

        return session;
    }

    /// <summary>A session has the connection again that it had before it was closed.</summary>
    /// <returns>False if it has another one, or is forgotten.</returns>
    public bool TryReopen(Session session, long connection)
    {
        if (session.Connection != 0 || Find(session.Owner, session.Client) != session)
        {
            return false;
        }

        Open(name: null, session.Client, session.Owner, connection, out _, out _);
        return true;
    }

    /// <summary>Whether a name belongs to another principal.</summary>
    /// <param name="name">The name.</param>
    /// <param name="owner">The name of the principal who would like to have it.</param>
    private bool IsOthers(string name, string? owner) => access?.OwnerOf(name) is { } other && other != owner;

    /// <summary>The sessions with a connection and a number from here on, the smallest first.</summary>
    public ReadOnlySpan<Session> From(long id) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_present)[IndexFrom(id)..];

    private Session Add(SessionRecord record)
    {
        var session = new Session(record.Id, record.Client, record.Owner) { LastN = record.N, LastSeq = record.Seq };
        session.Call(record.Name);
        _known.Add((record.Owner, record.Client), session);
        return session;
    }

    /// <summary>Takes a name. Who wants that of another principal gets their own: with a number, it would look like another session of the other.</summary>
    private string TakeName(string wanted, string? owner)
    {
        string name = _names.Take(IsOthers(wanted, owner) ? owner! : wanted);
        if (!IsOthers(name, owner))
        {
            return name;
        }

        // The number has made it the name of somebody who is not here.
        _names.Release(name);
        return _names.Take(owner!);
    }

    /// <summary>The index of the first session with this number or a larger one.</summary>
    private int IndexFrom(long id)
    {
        // Mostly it is a new session, with the largest number.
        int low = _present.Count > 0 && _present[^1].Id < id ? _present.Count : 0;
        int high = _present.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _present[middle].Id < id ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
