using System.Net.Sockets;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>Sessions: how they begin and end, and how they share the room with plain members.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task A_hello_opens_a_session_wherever_it_is_cut()
    {
        string hello = SessionClient.Hello("ann");
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync();
        for (int cut = 1; cut < hello.Length; cut++)
        {
            using Peer peer = await relay.JoinAsync();
            long before = relay.Watch.Received;
            await peer.SendAsync(hello[..cut]);
            await relay.ReceivedAsync(before + cut);
            await peer.SendAsync(hello[cut..] + SessionClient.Line(cut, $"cut at {cut}"));
            await SessionClient.ReadHelloAsync(peer, "ann");

            // Nothing of the hello is a line of the room.
            await listener.HearsAsync($"cut at {cut}\n");
        }
    }

    [Fact]
    public async Task A_session_whose_bytes_come_one_by_one_is_understood()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync(), peer = await relay.JoinAsync();
        foreach (char letter in SessionClient.Hello("ann") + SessionClient.Line(1, "one") + SessionClient.Line(2, "two"))
        {
            long before = relay.Watch.Received;
            await peer.SendAsync($"{letter}");
            await relay.ReceivedAsync(before + 1);
        }

        await listener.HearsAsync("one\ntwo\n");
        await SessionClient.ReadHelloAsync(peer, "ann");
    }

    [Fact]
    public async Task Sessions_and_plain_members_share_one_order_and_each_gets_its_own_form()
    {
        const int Count = 2000;
        await using Relay relay = await OpenAsync();
        IBroadcastServer second = await ServeSecondAsync(relay);
        using Peer plain = await relay.JoinAsync(), speaker = await relay.JoinAsync(second.Endpoints[0]);
        using SessionClient session = new(relay, "listener"), ann = new(relay, "ann"), bob = new(relay, "bob");
        await ann.OpenAsync(await relay.JoinAsync());
        await bob.OpenAsync(await relay.JoinAsync(second.Endpoints[0]));
        await session.OpenAsync(await relay.JoinAsync(second.Endpoints[0]));
        (string fromSpeaker, string fromAnn, string fromBob) = (Lines.Numbered("plain", Count), ann.Say(Count), bob.Say(Count));
        Task[] writing =
        [
            speaker.SendInPiecesAsync(fromSpeaker, new Random(1)),
            ann.Peer.SendInPiecesAsync(fromAnn, new Random(2)),
            bob.Peer.SendInPiecesAsync(fromBob, new Random(3)),
            ann.HearAsync(2 * Count),
            bob.HearAsync(2 * Count),
            session.HearAsync(3 * Count),
        ];
        await Task.WhenAll(writing).Guard();
        string order = session.Heard;
        await plain.HearsAsync(order);
        Assert.Equal(fromSpeaker, Lines.Of("plain", order));
        Assert.Equal(SessionClient.Said("ann", Count), Lines.Of("ann", order));
        Assert.Equal(SessionClient.Said("bob", Count), Lines.Of("bob", order));
        Assert.Equal(Lines.NotOf("ann", order), ann.Heard);
        Assert.Equal(Lines.NotOf("bob", order), bob.Heard);
        await speaker.HearsAsync(Lines.NotOf("plain", order));
    }

    [Fact]
    public async Task The_close_after_a_half_close_comes_behind_the_last_ack()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync();
        using SessionClient ann = await SessionClient.JoinAsync(relay, "ann");
        await ann.Peer.SendAsync(ann.Say(1000));
        ann.Peer.HalfClose();
        await listener.HearsAsync(SessionClient.Said("ann", 1000));
        await ann.HearToFinAsync();
        Assert.Equal(1000, ann.Acknowledged);
    }

    [Fact]
    public async Task A_stop_acknowledges_what_was_taken()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync();
        using SessionClient ann = await SessionClient.JoinAsync(relay, "ann"), bob = await SessionClient.JoinAsync(relay, "bob");
        long before = relay.Watch.Received;
        string lines = ann.Say(1000);
        await ann.Peer.SendAsync(lines);
        await relay.ReceivedAsync(before + lines.Length);
        Task stopping = relay.StopAsync();
        Task[] ending = [ann.HearToFinAsync(), bob.HearToFinAsync()];
        Assert.Equal(SessionClient.Said("ann", 1000), await listener.ReadToFinAsync());
        await Task.WhenAll(ending);
        ann.Dispose();
        bob.Dispose();
        listener.Dispose();
        await stopping;
        Assert.Equal(1000, ann.Acknowledged);
        Assert.Equal(SessionClient.Said("ann", 1000), bob.Heard);
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_sending_acknowledges_what_was_taken_and_no_more()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync();
        using SessionClient ann = await SessionClient.JoinAsync(relay, "ann");
        Task<string> hearing = listener.ReadToFinAsync();
        async Task SendAsync()
        {
            for (int n = 1; ; n += 100)
            {
                await ann.Peer.SendAsync(string.Concat(Enumerable.Range(n, 100).Select(i => SessionClient.Line(i, $"ann {i}"))));
                await Task.Yield();
            }
        }

        Task sending = Assert.ThrowsAsync<SocketException>(SendAsync);

        // The system tells a reset once, and it tells it to the send.
        Task ending = ann.HearToEndAsync();
        await Watchdog.UntilAsync(() => relay.Room.Sequence > 1000, "the room is busy");
        await relay.StopAsync();
        await sending.Guard();
        await ending.Guard();
        Assert.Equal(SessionClient.Said("ann", (int)relay.Room.Sequence), await hearing);
        Assert.Equal(relay.Room.Sequence, ann.Acknowledged);
    }

    [Theory]
    [InlineData("no object\n")]
    [InlineData("[[[[[[[[[1]]]]]]]]]\n")]
    public async Task The_line_of_a_fatal_error_arrives_before_the_connection_ends(string wrong)
    {
        // More lines follow the wrong one. They are not read, and must not destroy what is on its way to the peer.
        string more = string.Concat(Enumerable.Range(2, 1000).Select(n => SessionClient.Line(n, "too late")));
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync();
        for (int i = 0; i < 5; i++)
        {
            using Peer peer = await relay.JoinAsync();
            await SessionClient.OpenAsync(peer, "ann");
            await peer.SendAsync(SessionClient.Line(i + 1, "in time") + wrong + more);
            await AssertToldAsync(peer, $"{{\"ack\":{i + 1},", ",\"fatal\":true}");
            await AssertEndedAsync(relay, peer);
            await listener.HearsAsync("in time\n");
        }
    }

    [Fact]
    public async Task The_answer_to_a_hello_that_is_refused_arrives_before_the_connection_ends()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync(), peer = await relay.JoinAsync();
        await peer.SendAsync(SessionClient.Hello("ann", since: "yesterday") + SessionClient.Line(1, "too late"));
        Assert.StartsWith("CHATCTL/1 {\"error\":\"since\"", await peer.ReadLineAsync(), StringComparison.Ordinal);
        await AssertEndedAsync(relay, peer);
        await listener.HearsNothingAsync();
    }

    /// <summary>Shows that lines arrive, in any order.</summary>
    private static async Task AssertToldAsync(Peer peer, params string[] parts)
    {
        List<string> missing = [.. parts];
        while (missing.Count > 0)
        {
            string line = await peer.ReadLineAsync();
            missing.RemoveAll(part => line.Contains(part, StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// Shows that the room ends a connection after the moment that it gives the peer to read why. Where there is no reset, the server does not close such a
    /// connection: the peer could take the end for a receipt.
    /// </summary>
    private async Task AssertEndedAsync(Relay relay, Peer peer)
    {
        relay.Clock.Advance(TimeSpan.FromSeconds(2));
        await relay.ThinnedOutAsync(1);
        if (SeesResets(relay))
        {
            Assert.Empty(await peer.ReadToCutOffAsync());
        }
    }
}
