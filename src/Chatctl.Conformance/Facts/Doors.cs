using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>Rooms with several servers.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task A_line_from_another_door_is_sent_at_once()
    {
        await using Relay relay = await OpenAsync();
        using Peer peer = await relay.JoinAsync();
        using IDoor door = relay.Room.OpenDoor(() => { });
        IMember member = door.Join(Chatctl.Peer.Unknown);
        for (int i = 0; i < 1000; i++)
        {
            member.Receive("knock\n"u8);
            await peer.HearsAsync("knock\n");
        }

        member.Leave();
    }

    [Fact]
    public async Task Two_servers_make_one_room()
    {
        await using Relay relay = await OpenAsync();
        IBroadcastServer second = await ServeSecondAsync(relay);
        using Peer a = await relay.JoinAsync(), b = await relay.JoinAsync(second.Endpoints[0]);
        using Peer here = await relay.JoinAsync(), there = await relay.JoinAsync(second.Endpoints[0]);
        (string fromA, string fromB) = (Lines.Numbered("a", 3000), Lines.Numbered("b", 3000));
        Task<string> heardByA = WriteAsync(a, fromA, seed: 1), heardByB = WriteAsync(b, fromB, seed: 2);
        string order = await ReadTextAsync(here, fromA.Length + fromB.Length);
        await there.HearsAsync(order);
        Assert.Equal(fromA, Lines.Of("a", order));
        Assert.Equal(fromB, Lines.Of("b", order));
        Assert.StartsWith(await heardByA, fromB, StringComparison.Ordinal);
        Assert.StartsWith(await heardByB, fromA, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_of_one_room_stop_together()
    {
        await using Relay relay = await OpenAsync();
        IBroadcastServer second = await ServeSecondAsync(relay);
        using Peer here = await relay.JoinAsync(), there = await relay.JoinAsync(second.Endpoints[0]);
        await here.SendAsync("last\n");
        await relay.ReceivedAsync("last\n".Length);
        Task stopping = relay.StopAsync();
        Assert.Empty(await here.ReadToFinAsync());
        Assert.Equal("last\n", await there.ReadToFinAsync());
        here.Dispose();
        there.Dispose();
        await stopping;
    }

    [Fact]
    public async Task Disposing_one_server_leaves_the_peers_of_the_other_alone()
    {
        await using Relay relay = await OpenAsync();
        IBroadcastServer second = await ServeSecondAsync(relay);
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync(), there = await relay.JoinAsync(second.Endpoints[0]);
        await second.DisposeAsync().Guard();
        await there.ReadToCutOffAsync();
        await speaker.SendAsync("still here\n");
        await listener.HearsAsync("still here\n");
        Assert.Equal(2, relay.Room.MemberCount);
    }

    [Fact]
    public async Task A_slow_receiver_of_one_server_holds_back_senders_of_the_other()
    {
        await using Relay relay = await OpenAsync(SmallWindow);
        IBroadcastServer second = await ServeSecondAsync(relay);
        using Peer slow = await relay.JoinSlowAsync(), sender = await relay.JoinAsync(second.Endpoints[0]);
        Task sending = sender.SendBlocksAsync(Lines.ManyBlocks);
        await relay.StandsStillAsync(sending);
        Assert.False(sending.IsCompleted, "the sender is not held back, although the window must be full");
        await slow.HearsBlocksAsync(Lines.ManyBlocks);
        await sending.Guard();
    }

    private static async Task<IBroadcastServer> ServeSecondAsync(Relay relay)
    {
        IBroadcastServer server = relay.CreateSecond(relay.Endpoint is System.Net.IPEndPoint ip ? new System.Net.IPEndPoint(ip.Address, 0) : relay.Folder.Socket());
        await server.StartAsync(CancellationToken.None).Guard();
        return server;
    }
}
