using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Chatctl.Tests.Bench;

/// <summary>A small server with sessions, after docs/protocol.md. It does one thing wrong, or nothing.</summary>
internal sealed class SessionRelay : IDisposable
{
    /// <summary>The number of the line with which something goes wrong.</summary>
    private const int Late = 100;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Dictionary<Socket, Member> _members = [];
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly List<(Session? Sender, string Text)> _lines = [];
    private readonly string _wrong;
    private readonly Thread _thread;
    private volatile bool _stops;
    private volatile bool _wasWrong;

    /// <param name="wrong">What goes wrong, once.</param>
    public SessionRelay(string wrong = "nothing")
    {
        _wrong = wrong;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = _listener.LocalEndPoint!.ToString()!;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public string Address { get; }

    public void Dispose()
    {
        _stops = true;
        _thread.Join(Watchdog.Patience);
        _listener.Dispose();
    }

    private void Run()
    {
        while (!_stops)
        {
            List<Socket> ready = [_listener, .. _members.Keys];
            Socket.Select(ready, null, null, 100_000);
            foreach (Socket socket in ready)
            {
                if (socket == _listener)
                {
                    Socket joined = _listener.Accept();
                    _members.Add(joined, new Member(joined));
                }
                else if (_members.TryGetValue(socket, out Member? member))
                {
                    Receive(member);
                }
            }
        }

        foreach (Socket socket in _members.Keys)
        {
            socket.Dispose();
        }
    }

    private void Receive(Member member)
    {
        byte[] bytes = new byte[65536];
        int count = member.Socket.Receive(bytes, SocketFlags.None, out _);
        if (count == 0)
        {
            _members.Remove(member.Socket);
            member.Socket.Dispose();
            return;
        }

        string[] lines = (member.Rest + Encoding.ASCII.GetString(bytes, 0, count)).Split('\n');
        member.Rest = lines[^1];
        foreach (string line in lines[..^1])
        {
            if (member.Session is { } session)
            {
                TakeObject(member, session, line);
            }
            else if (line.StartsWith("CHATCTL/1 ", StringComparison.Ordinal))
            {
                using var hello = JsonDocument.Parse(line["CHATCTL/1 ".Length..]);
                Greet(member, hello.RootElement);
            }
            else
            {
                Say(null, member, line);
            }
        }
    }

    private void Greet(Member member, JsonElement hello)
    {
        if (_wrong == "hello")
        {
            Send(member, """CHATCTL/1 {"error":"name","message":"there are no names today"}""");
            _members.Remove(member.Socket);
            member.Socket.Dispose();
            return;
        }

        string client = hello.GetProperty("client").GetString()!;
        bool resumed = _sessions.TryGetValue(client, out Session? session);
        session ??= _sessions[client] = new Session(_sessions.Count + 1, hello.GetProperty("name").GetString()!);
        foreach (Member old in _members.Values.Where(other => other.Session == session).ToArray())
        {
            _members.Remove(old.Socket);
            old.Socket.Dispose();
        }

        member.Session = session;
        int first = resumed ? int.Parse(hello.GetProperty("since").GetString()!.Split(':')[1], null) + 1 : _lines.Count + 1;

        // A resume goes wrong only where a line is at hand that can be missing or doubled.
        int shift = _wrong == "gap" ? 1 : _wrong == "again" ? -1 : 0;
        bool isForgotten = resumed && _wrong == "forget" && GoWrong();
        if (shift != 0 && resumed && first <= _lines.Count && _lines[first - 1].Sender != session && first > 1 && _lines[first - 2].Sender != session && GoWrong())
        {
            first += shift;
        }

        Send(member, $$"""CHATCTL/1 {"room":"main","epoch":"e","first":{{first}},"next":{{_lines.Count + 1}},"id":{{session.Id}},"name":"{{session.Name}}","client":"{{client}}","resumed":{{(resumed && !isForgotten ? "true" : "false")}},"maxText":65535}""");
        for (int seq = first; seq <= _lines.Count; seq++)
        {
            SendLine(member, seq);
        }
    }

    private void TakeObject(Member member, Session session, string line)
    {
        using var document = JsonDocument.Parse(line);
        long n = document.RootElement.GetProperty("n").GetInt64();
        if (n > session.Taken || (_wrong == "take twice" && GoWrong()))
        {
            session.Taken = n;
            Say(session, member, document.RootElement.GetProperty("text").GetString()!);
            session.LastSeq = _lines.Count;
        }

        switch (_wrong)
        {
            case "ack" when IsLate && GoWrong():
                Send(member, $$"""{"ack":{{session.Taken}},"seq":{{session.LastSeq - 1}}}""");
                break;
            case "ack too much" when IsLate && GoWrong():
                Send(member, $$"""{"ack":{{session.Taken + 1000}},"seq":{{session.LastSeq}}}""");
                break;
            case "no ack" when IsLate:
                break;
            case "error" when IsLate && GoWrong():
                Send(member, $$"""{"error":"text","message":"not today","n":{{n}}}""");
                goto default;
            default:
                Send(member, $$"""{"ack":{{session.Taken}},"seq":{{session.LastSeq}}}""");
                break;
        }
    }

    private void Say(Session? sender, Member from, string text)
    {
        _lines.Add((sender, text));
        foreach (Member member in _members.Values.Where(member => member != from))
        {
            if (member.Session is null)
            {
                Send(member, text);
            }
            else
            {
                SendLine(member, _lines.Count);
            }
        }
    }

    private void SendLine(Member member, int seq)
    {
        (Session? sender, string text) = _lines[seq - 1];
        if (sender == member.Session)
        {
            return;
        }

        int shown = seq + (_wrong == "number" && IsLate && GoWrong() ? 1 : 0);
        int id = (sender?.Id ?? 99) + (_wrong == "sender" && IsLate && GoWrong() ? 1 : 0);
        string name = sender is null ? "null" : $"\"{sender.Name}\"";
        if (_wrong == "skip" && IsLate && GoWrong())
        {
            Send(member, $$"""{"event":"skipped","first":{{seq}},"last":{{seq}}}""");
            return;
        }

        Send(member, $$"""{"seq":{{shown}},"time":"2026-11-26T20:29:58.020Z","id":{{id}},"from":{{name}},"text":{{JsonSerializer.Serialize(text)}}}""");
    }

    /// <summary>Whether it has done the wrong thing. Some faults need a resume at a moment that chance has to bring.</summary>
    public bool WasWrong => _wasWrong;

    private bool IsLate => _lines.Count >= Late;

    private bool GoWrong() => !_wasWrong && (_wasWrong = true);

    // A client that has reset its connection is found when it is read from.
    private static void Send(Member member, string line) => member.Socket.Send(Encoding.ASCII.GetBytes(line + "\n"), SocketFlags.None, out _);

    private sealed class Member(Socket socket)
    {
        public Socket Socket { get; } = socket;

        public string Rest { get; set; } = "";

        public Session? Session { get; set; }
    }

    private sealed class Session(int id, string name)
    {
        public int Id { get; } = id;

        public string Name { get; } = name;

        public long Taken { get; set; }

        public int LastSeq { get; set; }
    }
}
