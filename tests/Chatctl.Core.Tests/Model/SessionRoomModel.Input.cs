using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chatctl.Core.Tests.Model;

/// <content>What members send.</content>
internal sealed partial class SessionRoomModel
{
    private const string Prefix = "CHATCTL/1 ";
    private readonly Dictionary<string, SessionModel> _known = [];

    /// <summary>Looks at what a member has sent of a line, after each byte.</summary>
    private void Look(PeerModel peer)
    {
        List<byte> line = peer.Incomplete;
        if (peer.Kind == PeerKind.Undecided)
        {
            bool isPrefix = line.Count > Prefix.Length || line[^1] == Prefix[line.Count - 1];
            peer.Kind = isPrefix ? PeerKind.Undecided : PeerKind.Plain;
        }

        int most = peer.Kind switch
        {
            PeerKind.Plain => options.MaxLineBytes,
            PeerKind.Session => (6 * (options.MaxLineBytes - 1)) + 1024 + 6,
            _ => int.MaxValue,
        };
        bool hasEnded = line[^1] == (peer.Kind == PeerKind.Plain ? Terminator : (byte)'\n');
        if (!hasEnded || line.Count > most)
        {
            if (line.Count >= most)
            {
                peer.Evict("line_too_long");
            }

            return;
        }

        byte[] whole = [.. line[..^1]];
        line.Clear();
        switch (peer.Kind)
        {
            case PeerKind.Plain:
                Order(peer.Id, null, whole);
                break;
            case PeerKind.Undecided:
                peer.Kind = PeerKind.Session;
                peer.HasSent = false;
                Greet(peer, Encoding.UTF8.GetString(whole)[Prefix.Length..]);
                break;
            default:
                Obey(peer, whole);
                break;
        }
    }

    private void Greet(PeerModel peer, string json)
    {
        JsonElement hello;
        try
        {
            hello = JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException)
        {
            Break(peer, $"{Prefix}{Error("hello")}");
            return;
        }

        string? name = Member(hello, "name")?.GetString();
        string? client = Member(hello, "client")?.GetString();
        if (name is not null && !IsName(name))
        {
            Break(peer, $"{Prefix}{Error("name")}");
            return;
        }

        var asked = SinceModel.Parse(Member(hello, "since"), this);
        if (asked is null)
        {
            Break(peer, $"{Prefix}{Error("since")}");
            return;
        }

        // A hello that is refused does not begin the log.
        OpenSessions();

        // Its place is fixed before its own coming is told.
        int begun = Log.Count;
        bool resumed = client is not null && _known.ContainsKey(client);
        SessionModel session = resumed ? _known[client!] : new SessionModel(peer.Id, client ?? "");
        _known.TryAdd(session.Client.Length > 0 ? session.Client : $"chosen {peer.Id}", session);
        string was = session.Name;
        if (session.Peer is { } before)
        {
            before.Evict("replaced");
            if (name is not null && name != was)
            {
                Call(session, name);
                if (session.Name != was)
                {
                    _presence!.Rename(Now, session, was);
                }
            }
        }

        bool isNew = session.Peer is null;
        session.Peer = peer;
        if (isNew)
        {
            // The name was free for others until now.
            Call(session, name ?? (was.Length > 0 ? was : "guest"));
            _presence!.Join(Now, session);
        }

        peer.Begin(session, asked, Sequence, resumed, begun);
    }

    private void Obey(PeerModel peer, byte[] line)
    {
        if (Encoding.UTF8.GetString(line).Trim().Length == 0)
        {
            return;
        }

        JsonElement said;
        try
        {
            said = JsonDocument.Parse(line).RootElement;
        }
        catch (JsonException)
        {
            Break(peer, Error("json", fatal: true));
            return;
        }

        SessionModel session = peer.Session!;
        if (Member(said, "text") is not null || Member(said, "base64") is not null)
        {
            long n = 0;
            if (Member(said, "n") is { } number && !(number.TryGetInt64(out n) && n > 0))
            {
                peer.Answers.Enqueue(Error("n"));
                return;
            }

            byte[] text = Member(said, "base64") is { } base64 ? base64.GetBytesFromBase64() : Encoding.UTF8.GetBytes(Member(said, "text")!.Value.GetString()!);
            if (text.Contains(Terminator) || text.Length >= options.MaxLineBytes)
            {
                peer.Answers.Enqueue(Error(text.Contains(Terminator) ? "terminator" : "too-long", n));
            }
            else if (n > 0 && n <= session.LastN)
            {
                peer.HasSent = true;
                peer.HasRepeated = true;
            }
            else
            {
                peer.HasSent = true;
                Order(session.Id, session.Name, text);
                if (n > 0)
                {
                    session.LastN = n;
                    session.Seqs[n] = Sequence;
                }
            }
        }
        else if (Member(said, "name") is { } name)
        {
            Rename(peer, session, name.GetString()!);
        }
        else if (Member(said, "who") is not null)
        {
            peer.AsksWho = true;
        }
    }

    private void Rename(PeerModel peer, SessionModel session, string name)
    {
        if (!IsName(name))
        {
            peer.Answers.Enqueue(Error("name"));
            return;
        }

        string was = session.Name;
        Call(session, name);
        if (session.Name != was)
        {
            _presence!.Rename(Now, session, was);
        }

        peer.Answers.Enqueue($"^\\{{\"name\":\"{session.Name}\"\\}}$");
    }

    private void Break(PeerModel peer, string answer)
    {
        peer.Answers.Enqueue(answer);
        peer.InputEnded = peer.Lost = true;
        peer.BrokenAt = Now;
    }

    /// <summary>Gives a session a name that no other has.</summary>
    private void Call(SessionModel session, string wanted)
    {
        string name = wanted;
        for (int number = 2; _known.Values.Any(other => other != session && other.Peer is not null && other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted}-{number}");
        }

        session.Name = name;
    }

    private static bool IsName(string name) => name.Length > 0 && !name.Any(char.IsControl);

    private static JsonElement? Member(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value : null;

    /// <summary>What an error looks like. Its message is for people.</summary>
    private static string Error(string code, long n = 0, bool fatal = false) =>
        $"\\{{\"error\":\"{code}\",\"message\":\"[^\"]+\"{(n > 0 ? $",\"n\":{n}" : "")}{(fatal ? ",\"fatal\":true" : "")}\\}}$";
}
