using System.Text;
using System.Text.Json;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>A room in which a test opens sessions beside plain members. Its lines are short and its window is small.</summary>
public abstract class RoomWithSessions : IDisposable
{
    /// <summary>The client ids of two sessions.</summary>
    private protected const string Ann = "annannannannannannannann", Bob = "bobbobbobbobbobbobbobbob";

    private protected static readonly RoomOptions Options = new() { MaxLineBytes = 64, BufferBytes = 2048 * RoomOptions.Segments };

    private protected Venue Venue { get; private set; } = new(Options);

    public void Dispose()
    {
        Venue.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins again with another room. Called before anybody joins.</summary>
    private protected void Use(RoomOptions options)
    {
        Venue.Dispose();
        Venue = new Venue(options);
    }

    /// <summary>Opens or resumes a session that asks for nothing of the past.</summary>
    private protected Guest Open(string client, string name) => Open(client, name, out _);

    /// <inheritdoc cref="Open(string, string)"/>
    private protected Guest Open(string client, string name, out string epoch)
    {
        Guest guest = Join($$"""{"client":"{{client}}","name":"{{name}}"}""", out JsonElement hello);
        epoch = hello.GetProperty("epoch").GetString()!;
        return guest;
    }

    /// <inheritdoc cref="Join(string, out JsonElement)"/>
    private protected Guest Join(string hello) => Join(hello, out _);

    /// <summary>Says a hello and hears the answer, and nothing of what follows it.</summary>
    private protected Guest Join(string hello, out JsonElement answer)
    {
        Guest guest = Venue.Join();
        guest.Say($"CHATCTL/1 {hello}\n");

        // Without memory for a copy, the hello comes alone.
        Assert.Equal(Outbound.Bytes, guest.Member.Pending(Memory<byte>.Empty, out ReadOnlyMemory<byte> first));
        string line = Encoding.UTF8.GetString(first.Span);
        guest.Member.Sent(first.Length);
        Assert.Matches("^CHATCTL/1 [^\n]*\n$", line);
        answer = JsonDocument.Parse(line["CHATCTL/1 ".Length..]).RootElement;
        return guest;
    }

    /// <summary>The lines of the room that a session hears now: number, sender's number, sender's name, text.</summary>
    private protected static List<string> Lines(Guest guest) =>
        [.. guest.Hear().Split('\n').Where(line => line.StartsWith("{\"seq\"")).Select(line => JsonDocument.Parse(line).RootElement).Select(line =>
            $"{line.GetProperty("seq")} {line.GetProperty("id")} {line.GetProperty("from").GetString() ?? "null"} {line.GetProperty("text").GetString()}")];
}
