using System.Text;
using System.Text.Json;
using Chatctl.Core.Access;

namespace Chatctl.Core.Tests.Access;

/// <summary>A room in which ann may do everything, bob may read and cid may write. Each has a token and a user of this machine.</summary>
public abstract class GuardedRoom : IDisposable
{
    private protected const string Client = "clientclientclientclient";

    private protected static readonly RoomOptions Options = new() { MaxLineBytes = 64, BufferBytes = 2048 * RoomOptions.Segments };

    private protected static readonly string[] Names = ["ann", "bob", "cid"];

    private protected static readonly IReadOnlyDictionary<string, string> Tokens = Names.ToDictionary(name => name, _ => AccessToken.Create());

    private protected static readonly string Rules = string.Concat(Names.Zip(["read,write", "read", "write"]).Select(rule =>
        $"{rule.First} {AccessToken.ProofOf(Tokens[rule.First])} {rule.Second}\n{rule.First} user:{rule.First} {rule.Second}\n"));

    private protected Doorkeeper Doorkeeper { get; } = new(Rules);

    private protected List<string> Events { get; } = [];

    private protected Venue Venue { get; private set; }

    private protected GuardedRoom() => Venue = new Venue(Options, access: Doorkeeper, logger: new Recorder(Events));

    public void Dispose()
    {
        Venue.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins again with another room. Called before anybody joins.</summary>
    private protected void Use(RoomOptions options)
    {
        Venue.Dispose();
        Venue = new Venue(options, access: Doorkeeper, logger: new Recorder(Events));
    }

    /// <summary>A member whose transport knows who it is.</summary>
    private protected Guest Known(string name) => Venue.Join(new Peer(null, UserName: name));

    /// <summary>A session of a member that shows a token.</summary>
    /// <param name="name">Whose token.</param>
    /// <param name="more">More members of the hello, each with a comma before it.</param>
    /// <param name="answer">The server's hello.</param>
    private protected Guest ByToken(string name, string more, out JsonElement answer) =>
        Greet(Venue.Join(), $$"""{"token":"{{Tokens[name]}}"{{more}}}""", out answer);

    /// <inheritdoc cref="ByToken(string, string, out JsonElement)"/>
    private protected Guest ByToken(string name, string more = "") => ByToken(name, more, out _);

    /// <summary>Says hello and hears the answer, and nothing of what follows it.</summary>
    private protected static Guest Greet(Guest guest, string hello, out JsonElement answer)
    {
        guest.Say($"CHATCTL/1 {hello}\n");
        Assert.Equal(Outbound.Bytes, guest.Member.Pending(Memory<byte>.Empty, out ReadOnlyMemory<byte> first));

        // An ack of what was taken before may follow it.
        string line = Encoding.UTF8.GetString(first.Span[..(first.Span.IndexOf((byte)'\n') + 1)]);
        guest.Member.Sent(Encoding.UTF8.GetByteCount(line));
        Assert.Matches("^CHATCTL/1 [^\n]*\n$", line);
        answer = JsonDocument.Parse(line["CHATCTL/1 ".Length..]).RootElement;
        return guest;
    }
}
