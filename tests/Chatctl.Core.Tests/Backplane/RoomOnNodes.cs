using System.Text;
using System.Text.Json;
using Chatctl.Backplanes;
using Chatctl.Core.Backplane;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests.Backplane;

/// <summary>A room that several nodes share, over a log in memory.</summary>
public abstract class RoomOnNodes : IAsyncDisposable
{
    private protected const string Ann = "annannannannannannannann", Bob = "bobbobbobbobbobbobbobbob";

    private protected static readonly RoomOptions Options = new() { MaxLineBytes = 64, BufferBytes = 2048 * RoomOptions.Segments, History = 8 << 10 };

    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(1);

    private readonly List<(RoomBackplane Backplane, Venue Venue)> _nodes = [];

    /// <summary>The clock of the log.</summary>
    private protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));

    private protected InMemoryEngine Engine { get; private set; }

    protected RoomOnNodes() => Engine = new InMemoryEngine(Clock);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Engine.Resume();
        foreach ((RoomBackplane backplane, Venue venue) in _nodes)
        {
            await backplane.DisposeAsync().AsTask().WaitAsync(Watchdog);
            venue.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a node.</summary>
    private protected async Task<Venue> Node(string name, RoomOptions? options = null, TimeProvider? time = null) => (await Start(name, options, time)).Venue;

    /// <inheritdoc cref="Node"/>
    private protected async Task<(RoomBackplane Backplane, Venue Venue)> Start(string name, RoomOptions? options = null, TimeProvider? time = null)
    {
        RoomBackplane backplane = await RoomBackplane.OpenAsync(
            how => Engine.Node(how.Node), new BackplaneOptions { Address = "memory://", Node = "" }, name, time ?? Clock, NullLogger<RoomBackplane>.Instance, CancellationToken.None);
        var venue = new Venue(options ?? Options, backplane: backplane);
        _nodes.Add((backplane, venue));
        await backplane.StartAsync(venue.Room, CancellationToken.None).WaitAsync(Watchdog);
        return (backplane, venue);
    }

    /// <summary>A guest opens a session, and hears the server's hello.</summary>
    private protected static Guest Greet(Venue venue, string hello, out JsonElement answer)
    {
        Guest guest = venue.Join();
        guest.Say($"CHATCTL/1 {hello}\n");
        answer = Answer(guest);
        return guest;
    }

    /// <inheritdoc cref="Greet(Venue, string, out JsonElement)"/>
    private protected static Guest Greet(Venue venue, string hello) => Greet(venue, hello, out _);

    /// <summary>What the server says to a hello. Lines that come before it are passed over.</summary>
    private protected static JsonElement Answer(Guest guest)
    {
        string line = "";
        Until(
            () =>
            {
                while (line.Length == 0 && guest.Member.Pending(Memory<byte>.Empty, out ReadOnlyMemory<byte> first) == Outbound.Bytes)
                {
                    int end = first.Span.IndexOf((byte)'\n') + 1;
                    string text = Encoding.UTF8.GetString(first.Span[..end]);
                    guest.Member.Sent(end);
                    line = text.StartsWith("CHATCTL/1 ", StringComparison.Ordinal) ? text : "";
                }

                return line.Length > 0;
            },
            () => "no hello came");
        return JsonDocument.Parse(line["CHATCTL/1 ".Length..]).RootElement;
    }

    /// <summary>Waits until a guest has heard something.</summary>
    private protected static string HearUntil(Guest guest, string part)
    {
        var heard = new StringBuilder();
        Until(() => heard.Append(guest.Hear()).ToString().Contains(part, StringComparison.Ordinal), () => $"it never heard {part}, but {heard}");
        return heard.ToString();
    }

    /// <summary>Waits until a guest is to do something.</summary>
    private protected static void Until(Guest guest, Outbound end)
    {
        Outbound last = default;
        Until(() => (guest.Hear(out last), last).last == end, () => $"it never got {end}, but {last}");
    }

    private protected static void Until(Func<bool> holds, Func<string> otherwise)
    {
        bool held = holds();
        for (int i = 0; i < 12_000 && !held; i++)
        {
            Thread.Sleep(i < 100 ? 1 : 5);
            held = holds();
        }

        Assert.True(held, otherwise());
    }

    /// <summary>Waits until all nodes have applied all that they say.</summary>
    /// <param name="hear">Lets guests hear what comes meanwhile: a node whose window is full applies nothing.</param>
    private protected void Settle(Action? hear = null)
    {
        Until(
            () => Do(hear) && _nodes.TrueForAll(node => node.Venue.Room.HasSaidAll) && _nodes.TrueForAll(node => node.Backplane.Applied == Engine.Last),
            () => "the nodes never agree");
    }

    private static bool Do(Action? hear)
    {
        hear?.Invoke();
        return true;
    }

    /// <summary>The texts of the lines in what a session has heard.</summary>
    private protected static List<string> Texts(string heard) =>
        [.. heard.Split('\n').Where(line => line.StartsWith("{\"seq\"", StringComparison.Ordinal)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!)];
}
