using System.Text;
using System.Text.Json;

namespace Chatctl.Conformance.Venue;

/// <summary>
/// A client with a session, which outlives its connections. It keeps what it has to know in order to resume: its position, and its lines without an ack.
/// It belongs to one thread of a fact at a time.
/// </summary>
/// <param name="relay">The relay.</param>
/// <param name="name">Its name. Its client id is made of it.</param>
internal sealed class SessionClient(Relay relay, string name) : IDisposable
{
    private readonly Queue<(long N, string Line)> _unacknowledged = new();
    private readonly List<string> _heard = [];
    private Peer? _peer;
    private string? _epoch;
    private long _position;
    private long _said;

    /// <summary>The texts that it has heard, in order, each with a line end.</summary>
    public string Heard => string.Concat(_heard);

    /// <summary>The number of its last line that was acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The connection that it has.</summary>
    public Peer Peer => _peer!;

    /// <summary>The line that opens a session.</summary>
    /// <param name="name">The name. The client id is made of it.</param>
    /// <param name="since">The position to go on from; null for none.</param>
    public static string Hello(string name, string? since = null) =>
        $"CHATCTL/1 {{\"name\":\"{name}\",\"client\":\"{Id(name)}\"{(since is null ? "" : $",\"since\":\"{since}\"")}}}\n";

    /// <summary>A line to say, as an object.</summary>
    /// <param name="n">The client's number of the line.</param>
    /// <param name="text">The text, without a line end and without what JSON escapes.</param>
    public static string Line(long n, string text) => $"{{\"n\":{n},\"text\":\"{text}\"}}\n";

    /// <summary>What a client with this name is heard to say, as plain lines.</summary>
    /// <param name="name">The name.</param>
    /// <param name="count">How many of the lines that <see cref="Say"/> makes.</param>
    public static string Said(string name, int count) => string.Concat(Enumerable.Range(1, count).Select(n => $"{name} {n}\n"));

    /// <summary>Connects a new client, and opens its session.</summary>
    /// <returns>The client, which the caller disposes.</returns>
    public static async Task<SessionClient> JoinAsync(Relay relay, string name)
    {
        var client = new SessionClient(relay, name);
        await client.ConnectAsync();
        return client;
    }

    /// <summary>Opens a session over a connection that the fact itself reads from and writes to.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="name">The name.</param>
    /// <param name="since">The position to go on from; null for none.</param>
    /// <returns>The server's hello.</returns>
    public static async Task<JsonElement> OpenAsync(Peer peer, string name, string? since = null)
    {
        await peer.SendAsync(Hello(name, since));
        return await ReadHelloAsync(peer, name);
    }

    /// <summary>Opens the session over a new connection, or resumes it, and sends the lines without an ack again.</summary>
    /// <param name="peer">The connection.</param>
    public async Task OpenAsync(Peer peer)
    {
        _peer = peer;
        JsonElement hello = await OpenAsync(peer, name, _epoch is null ? null : $"{_epoch}:{_position}");
        long first = hello.GetProperty("first").GetInt64();
        if (_epoch is not null)
        {
            Assert.True(hello.GetProperty("resumed").GetBoolean(), "the room does not know the client id any more");
            Assert.False(hello.TryGetProperty("gap", out _), $"lines after {_position} are gone: {hello}");
            Assert.Equal(_position + 1, first);
        }

        _epoch = hello.GetProperty("epoch").GetString();
        _position = first - 1;
        await peer.SendAsync(string.Concat(_unacknowledged.Select(one => one.Line)));
    }

    /// <summary>Connects, and opens or resumes the session.</summary>
    public async Task ConnectAsync() => await OpenAsync(await relay.JoinAsync());

    /// <summary>Makes lines that count as said from now on, whether they are sent or not.</summary>
    /// <returns>The lines, as objects.</returns>
    public string Say(int count)
    {
        var lines = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            string line = Line(++_said, $"{name} {_said}");
            _unacknowledged.Enqueue((_said, line));
            lines.Append(line);
        }

        return lines.ToString();
    }

    /// <summary>Reads until it has heard this many texts in all.</summary>
    public async Task HearAsync(int texts)
    {
        while (_heard.Count < texts)
        {
            Take(await Peer.ReadLineAsync());
        }
    }

    /// <summary>Reads to the end, and shows that it is a FIN.</summary>
    public async Task HearToFinAsync() => TakeAll(await Peer.ReadToFinAsync());

    /// <summary>Reads to the end, of either kind.</summary>
    public async Task HearToEndAsync()
    {
        using var heard = new MemoryStream();
        await Peer.ReadToEndAsync(heard);
        TakeAll(Encoding.Latin1.GetString(heard.ToArray()));
    }

    public void Dispose() => _peer?.Dispose();

    /// <summary>Reads up to the server's hello. Lines of the room may come before it.</summary>
    public static async Task<JsonElement> ReadHelloAsync(Peer peer, string name)
    {
        string line;
        do
        {
            line = await peer.ReadLineAsync();
        }
        while (!line.StartsWith("CHATCTL/1 {\"room\"", StringComparison.Ordinal) || !line.Contains(Id(name), StringComparison.Ordinal));
        return JsonElement.Parse(line["CHATCTL/1 ".Length..]);
    }

    private static string Id(string name) => name.PadRight(32, '0');

    private void TakeAll(string rest)
    {
        // What follows the last line end is a line that was broken off, if there is any.
        foreach (string line in rest.Split('\n').SkipLast(1))
        {
            Take(line);
        }
    }

    private void Take(string line)
    {
        var message = JsonElement.Parse(line);
        if (message.TryGetProperty("text", out JsonElement text))
        {
            // Its own lines have numbers too, so there are gaps. That nothing is lost, the fact sees from the texts.
            long seq = message.GetProperty("seq").GetInt64();
            Assert.True(seq > _position, $"line {seq} came after line {_position}");
            _position = seq;
            _heard.Add($"{text.GetString()}\n");
        }
        else if (message.TryGetProperty("ack", out JsonElement ack))
        {
            Acknowledged = ack.GetInt64();
            while (_unacknowledged.TryPeek(out (long N, string Line) first) && first.N <= Acknowledged)
            {
                _unacknowledged.Dequeue();
            }
        }
        else
        {
            Assert.True(message.TryGetProperty("event", out _), $"unexpected: {line}");
        }
    }
}
