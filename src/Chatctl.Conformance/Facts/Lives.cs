using System.Net;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>The life of a server, and that it leaves nothing.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task A_server_that_was_never_started_can_be_disposed()
    {
        await using Relay relay = OpenRoom();
        HashSet<string> before = Descriptors.Open();
        IBroadcastServer server = relay.Create(Home(relay));
        Assert.False(server.Completion.IsCompleted);
        await server.DisposeAsync().Guard();
        await server.DisposeAsync().Guard();
        await AssertNothingIsLeftAsync(before);
    }

    [Fact]
    public async Task A_server_that_was_stopped_before_its_start_is_complete_and_cannot_be_started()
    {
        await using Relay relay = OpenRoom();
        EndPoint free = FreeEndpoint(relay);
        IBroadcastServer server = relay.Create(free);
        await server.StopAsync(CancellationToken.None).Guard();
        Assert.True(server.Completion.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(CancellationToken.None));
        await AssertNoListenerAsync(free);
    }

    [Fact]
    public async Task A_server_refuses_a_second_start_and_goes_on()
    {
        await using Relay relay = OpenRoom();
        IBroadcastServer server = await relay.ServeAsync(Home(relay));
        EndPoint endpoint = relay.Endpoint;
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(CancellationToken.None));
        Assert.Equal([endpoint], server.Endpoints);
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await speaker.SendAsync("hello\n");
        await listener.HearsAsync("hello\n");
    }

    [Fact]
    public async Task A_server_can_be_stopped_again_and_disposed_after()
    {
        await using Relay relay = OpenRoom();
        IBroadcastServer server = await relay.ServeAsync(Home(relay));
        using Peer peer = await relay.JoinAsync();
        relay.Room.Drain();
        Task first = server.StopAsync(CancellationToken.None), second = server.StopAsync(CancellationToken.None);
        Assert.Empty(await peer.ReadToFinAsync());
        peer.Dispose();
        await first.Guard();
        await second.Guard();
        await server.StopAsync(new CancellationToken(canceled: true)).Guard();
        await server.DisposeAsync().Guard();
        Assert.True(server.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_server_that_could_not_start_is_complete_when_it_is_disposed()
    {
        await using Relay relay = OpenRoom();
        HashSet<string> before = Descriptors.Open();
        IBroadcastServer server = relay.Create(new DnsEndPoint("localhost", 0));
        await Assert.ThrowsAsync<BindException>(() => server.StartAsync(CancellationToken.None));
        Assert.False(server.Completion.IsCompleted);
        await server.DisposeAsync().Guard();
        Assert.True(server.Completion.IsCompletedSuccessfully);
        await AssertNothingIsLeftAsync(before);
    }

    [Fact]
    public async Task Disposing_a_running_server_cuts_off_its_peers()
    {
        await using Relay relay = OpenRoom();
        IBroadcastServer server = await relay.ServeAsync(Home(relay));
        using Peer peer = await relay.JoinAsync(), stalled = await relay.JoinSlowAsync(), listener = await relay.JoinAsync();
        listener.HalfClose();
        await peer.SendBlocksAsync(PendingBlocks);
        await listener.HearsBlocksAsync(PendingBlocks);
        Assert.False(server.Completion.IsCompleted);
        await server.DisposeAsync().Guard();
        await server.Completion.Guard();
        await peer.ReadToCutOffAsync();
        await stalled.ReadToCutOffAsync();
        await listener.ReadToCutOffAsync();
        await AssertNoListenerAsync(relay.Endpoint);
    }

    [Fact]
    public async Task Disposing_a_server_while_peers_send_does_no_harm()
    {
        for (int i = 0; i < 20; i++)
        {
            await using Relay relay = await OpenAsync();
            Peer[] peers = await JoinManyAsync(relay, 4);
            Task[] sending = Array.ConvertAll(peers, peer => SendUntilCutOffAsync(peer, "a"));
            await Watchdog.UntilAsync(() => relay.Room.Sequence > 1000, "the room is busy");
            await relay.DisposeServersAsync();
            await Task.WhenAll(sending).Guard();
            Array.ForEach(peers, peer => peer.Dispose());
        }
    }

    [Fact]
    public async Task Completion_completes_with_the_stop_and_not_before()
    {
        await using Relay relay = OpenRoom();
        IBroadcastServer server = await relay.ServeAsync(Home(relay));
        using Peer peer = await relay.JoinAsync();
        await peer.HearsNothingAsync();
        Assert.False(server.Completion.IsCompleted);
        Task stopping = relay.StopAsync();
        await peer.ReadToFinAsync();
        peer.Dispose();
        await stopping;
        Assert.True(server.Completion.IsCompletedSuccessfully);
        Assert.Equal(0, relay.Room.MemberCount);
    }

    [Fact]
    public async Task A_stopped_server_leaves_no_socket_and_no_thread()
    {
        // The first run is not counted, because the runtime opens sockets of its own then.
        await ServeSomePeersAsync(peers: 10);
        HashSet<string> before = Descriptors.Open();
        int threadsBefore = Descriptors.ThreadCount();
        const int Servers = 30;
        await Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => ServeSomePeersAsync(peers: 10)));
        await AssertNothingIsLeftAsync(before);
        await Watchdog.UntilAsync(() => Descriptors.ThreadCount() < threadsBefore + Servers, "the servers' threads have ended");
    }

    private static async Task AssertNothingIsLeftAsync(HashSet<string> before)
    {
        HashSet<string> left = Descriptors.Open();
        left.ExceptWith(before);

        // Other tests of this process may have opened sockets in the meantime. They close them later.
        await Watchdog.UntilAsync(
            () =>
            {
                left.IntersectWith(Descriptors.Open());
                return left.Count == 0;
            },
            "every socket is closed");
    }

    private async Task ServeSomePeersAsync(int peers)
    {
        await using Relay relay = await OpenAsync();
        Peer[] some = await JoinManyAsync(relay, peers);
        await some[0].SendAsync("hello\n");
        await Task.WhenAll(some.Skip(1).Select(peer => peer.HearsAsync("hello\n")));
        some[1].Reset();
        some[2].HalfClose();
        await some[0].SendAsync("good bye");
        some[0].HalfClose();
        await some[0].ReadToFinAsync();
        some[0].Dispose();
        Task stopping = relay.StopAsync();
        foreach (Peer peer in some.Skip(2))
        {
            Assert.Equal("good bye\n", await peer.ReadToFinAsync());
            peer.Dispose();
        }

        await stopping;
    }
}
