using System.Text;
using System.Text.Json;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>A server's end of a session. It does exactly what the test says.</summary>
internal sealed class SessionPeer : IDisposable
{
    private readonly Peer _peer;
    private long _last;

    private SessionPeer(Peer peer, JsonElement hello)
    {
        _peer = peer;
        Hello = hello;
    }

    /// <summary>The connection.</summary>
    public Peer Peer => _peer;

    /// <summary>What the client said first.</summary>
    public JsonElement Hello { get; }

    /// <summary>The client's id.</summary>
    public string Client => Hello.GetProperty("client").GetString()!;

    /// <summary>Accepts a connection, and reads the client's hello.</summary>
    public static async Task<SessionPeer> AcceptAsync(ScriptedServer server)
    {
        Peer peer = await server.AcceptAsync();
        string line = await peer.ReadLineAsync();
        Assert.StartsWith("CHATCTL/1 {", line, StringComparison.Ordinal);
        return new SessionPeer(peer, JsonDocument.Parse(line[10..]).RootElement);
    }

    /// <summary>Accepts a connection, reads the client's hello, and answers it.</summary>
    public static async Task<SessionPeer> WelcomeAsync(
        ScriptedServer server, long first = 1, bool resumed = false, string epoch = "aaaa", string name = "guest", string? gap = null, int maxText = 65535, string? epochs = null)
    {
        SessionPeer peer = await AcceptAsync(server);
        await peer.SendAsync(peer.Answer(first, resumed, epoch, name, gap, maxText, epochs));
        return peer;
    }

    /// <summary>The server's hello.</summary>
    public string Answer(long first = 1, bool resumed = false, string epoch = "aaaa", string name = "guest", string? gap = null, int maxText = 65535, string? epochs = null) =>
        $$"""CHATCTL/1 {"room":"main","epoch":"{{epoch}}","first":{{first}},"next":{{first}},{{(gap is null ? "" : $"\"gap\":{gap},")}}"id":7,"name":"{{name}}","client":"{{Client}}","resumed":{{(resumed ? "true" : "false")}},"maxText":{{maxText}}{{(epochs is null ? "" : $",\"epochs\":{epochs}")}}}""" + "\n";

    /// <summary>A line of the room.</summary>
    public static string Line(long seq, string text, string from = "bob") =>
        $$"""{"seq":{{seq}},"time":"2026-11-26T20:29:58.020Z","id":8,"from":"{{from}}","text":{{JsonSerializer.Serialize(text)}}}""" + "\n";

    public static string Ack(long n, long seq = 100) => $$"""{"ack":{{n}},"seq":{{seq}}}""" + "\n";

    public Task SendAsync(string text) => _peer.SendAsync(text);

    /// <summary>Reads one line that the client sends, without its end.</summary>
    public async Task<string> ReadLineAsync()
    {
        string line = await _peer.ReadLineAsync();
        _last = Math.Max(_last, NumberOf(line));
        return line;
    }

    /// <summary>Reads so many lines, and gives the numbers and texts of those that are said.</summary>
    public async Task<string[]> ReadTextsAsync(int count)
    {
        var texts = new List<string>();
        while (texts.Count < count)
        {
            JsonElement line = JsonDocument.Parse(await ReadLineAsync()).RootElement;
            texts.Add($"{line.GetProperty("n").GetInt64()} {line.GetProperty("text").GetString()}");
        }

        return [.. texts];
    }

    /// <summary>Reads what comes before the client's FIN, acknowledges the last line of all that were read, and sends the receipt.</summary>
    public async Task<string> ConfirmAsync()
    {
        string rest = Encoding.UTF8.GetString(await _peer.ReadToEndAsync());
        long last = Math.Max(_last, rest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NumberOf).DefaultIfEmpty().Max());
        if (last > 0)
        {
            await SendAsync(Ack(last));
        }

        _peer.Finish();
        return rest;
    }

    public void Dispose() => _peer.Dispose();

    /// <summary>The number of a line that is said; 0 if it is a request.</summary>
    private static long NumberOf(string line) => JsonDocument.Parse(line).RootElement.TryGetProperty("n", out JsonElement n) ? n.GetInt64() : 0;
}
