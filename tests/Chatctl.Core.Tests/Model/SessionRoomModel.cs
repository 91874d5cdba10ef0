using System.Globalization;
using System.Text;

namespace Chatctl.Core.Tests.Model;

/// <summary>
/// The room with sessions as docs/protocol.md specifies it: one list of what was said, and for each member how far it has got. It is slow, and
/// easy to check by reading.
/// </summary>
internal sealed partial class SessionRoomModel(RoomOptions options, DateTimeOffset began)
{
    private static readonly TimeSpan BrokenPatience = TimeSpan.FromSeconds(1);
    private readonly List<PeerModel> _peers = [];
    private PresenceModel? _presence;
    private readonly DateTimeOffset _began = began;
    private long _lastId;
    private bool _draining;

    /// <summary>All that was said and that happened, in the one order.</summary>
    public List<Unit> Log { get; } = [];

    public long Sequence { get; private set; }

    public DateTimeOffset Now { get; private set; } = began;

    public RoomOptions Options => options;

    /// <summary>Where the log of sessions begins, once there is one.</summary>
    public int? SessionsFrom { get; private set; }

    /// <summary>The life of the numbers, once the room has told it.</summary>
    public string? Epoch { get; set; }

    public IEnumerable<PeerModel> Peers => _peers;

    public byte Terminator => options.Framing == Framing.Nul ? (byte)0 : (byte)'\n';

    public IReadOnlyDictionary<string, SessionModel> Known => _known;

    /// <summary>The place behind the line with a number.</summary>
    public int Behind(long seq) => seq == 0 ? 0 : Log.FindIndex(unit => unit.Seq == seq) + 1;

    public PeerModel Join()
    {
        if (options.History > 0)
        {
            OpenSessions();
        }

        var peer = new PeerModel(this, ++_lastId) { Evicted = _draining, InputEnded = _draining };
        _peers.Add(peer);
        return peer;
    }

    public void Leave(PeerModel peer)
    {
        peer.Gone = peer.InputEnded = true;
        _peers.Remove(peer);
        EndSession(peer);
    }

    public void EndSession(PeerModel peer)
    {
        if (peer.Session is { } session && session.Peer == peer)
        {
            session.Peer = null;
            _presence!.Leave(Now, session, peer.EvictedFor ?? (peer.HasFinished ? "left" : "lost"));
        }
    }

    public void Receive(PeerModel peer, ReadOnlySpan<byte> bytes)
    {
        if (peer.InputEnded || bytes.IsEmpty)
        {
            peer.Lost |= !bytes.IsEmpty;
            return;
        }

        peer.HasSent |= peer.Kind != PeerKind.Session;
        foreach (byte one in bytes)
        {
            peer.Incomplete.Add(one);
            Look(peer);
            if (peer.InputEnded)
            {
                // The rest of a read in which the input ended is dropped without a word.
                return;
            }
        }
    }

    public void EndOfInput(PeerModel peer)
    {
        if (peer.InputEnded)
        {
            return;
        }

        if (peer.Incomplete.Count > 0)
        {
            if (peer.Kind == PeerKind.Undecided && peer.Incomplete.Count < Prefix.Length)
            {
                peer.Kind = PeerKind.Plain;
            }

            peer.Incomplete.Add(peer.Kind == PeerKind.Plain ? Terminator : (byte)'\n');
            Look(peer);
        }

        peer.HasFinished = true;
        peer.InputEnded = true;
        if (peer.HasSent || peer.Kind == PeerKind.Session)
        {
            peer.Stop = Math.Min(peer.Stop, Log.Count);
        }
    }

    public void Drain()
    {
        _draining = true;
        foreach (PeerModel peer in _peers)
        {
            peer.InputEnded = true;
            peer.Stop = Math.Min(peer.Stop, Log.Count);
            peer.Lost |= peer.Incomplete.Count > 0;
        }
    }

    /// <summary>When the next member is evicted for its fatal error; null if none is.</summary>
    public DateTimeOffset? NextBroken => _peers.Where(peer => !peer.Evicted).Min(peer => peer.BrokenAt) + BrokenPatience;

    /// <summary>Time passes. The clock of the tests is already at its new time when it calls what was due meanwhile.</summary>
    public void PassTo(DateTimeOffset time)
    {
        Now = time;
        if (_presence?.Due <= time)
        {
            _presence!.TellCrowd(onTime: true);
        }

        foreach (PeerModel peer in _peers.Where(peer => peer.BrokenAt + BrokenPatience <= time && !peer.Evicted))
        {
            peer.Evict("protocol");
        }

        // What was given and not sent may be an answer, with only own lines of the log behind it.
        foreach (PeerModel peer in _peers.Where(peer => time - (peer.HasUnsent ? _began : peer.FirstOutstanding) >= options.ReceiptPatience))
        {
            peer.MayBeOverlooked = true;
        }
    }

    /// <summary>Whether the lines in front of a place have been sent to all others, as far as receipts wait for them.</summary>
    public bool IsSentToOthers(PeerModel but, int place) =>
        _peers.TrueForAll(peer => peer == but || peer.Evicted || peer.MayBeOverlooked || peer.HasGot(place));

    /// <summary>The answer to who.</summary>
    public string Who()
    {
        SessionModel[] present = [.. _known.Values.Where(session => session.Peer is not null).OrderBy(session => session.Id)];
        IEnumerable<string> who = present.Select(session => $"{{\"id\":{session.Id},\"name\":\"{session.Name}\"}}");
        return $"{{\"who\":[{string.Join(',', who)}],\"plain\":{_peers.Count(peer => peer.Kind != PeerKind.Session)},\"more\":false}}\n";
    }

    private void OpenSessions()
    {
        SessionsFrom ??= Log.Count;
        _presence ??= new PresenceModel((owner, name, rest) =>
            Log.Add(new Unit(0, owner, Now, [], Encoding.UTF8.GetBytes($"{{\"event\":\"{name}\",\"time\":\"{Stamp(Now)}\"{rest}}}\n"))));
    }

    private void Order(long owner, string? from, byte[] text)
    {
        Sequence++;
        string name = from is null ? "null" : $"\"{from}\"";
        string json = $"{{\"seq\":{Sequence},\"time\":\"{Stamp(Now)}\",\"id\":{owner},\"from\":{name},{Wire.Text(text)}}}\n";
        Log.Add(new Unit(Sequence, owner, Now, [.. text, Terminator], Encoding.UTF8.GetBytes(json)));
    }

    private static string Stamp(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
