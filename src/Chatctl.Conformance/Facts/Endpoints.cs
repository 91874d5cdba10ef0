using System.Net;
using System.Net.Sockets;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>Where a server listens, and which endpoints it refuses.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task Endpoints_are_in_the_requested_order_and_have_their_real_ports()
    {
        await using Relay relay = OpenRoom();
        EndPoint[] wanted = [Home(relay), Home(relay)];
        IBroadcastServer server = relay.Create(wanted);
        Assert.Empty(server.Endpoints);
        await server.StartAsync(CancellationToken.None).Guard();
        Assert.Equal(2, server.Endpoints.Count);
        Assert.NotEqual(server.Endpoints[0], server.Endpoints[1]);
        foreach ((EndPoint asked, EndPoint got) in wanted.Zip(server.Endpoints))
        {
            Assert.Equal(asked is IPEndPoint ip ? ip.Address.ToString() : asked.ToString(), got is IPEndPoint real ? real.Address.ToString() : got.ToString());
            Assert.True(got is not IPEndPoint { Port: 0 }, "the port is still 0");
        }

        using Peer here = await relay.JoinAsync(server.Endpoints[0]), there = await relay.JoinAsync(server.Endpoints[1]);
        await here.SendAsync("hello\n");
        await there.HearsAsync("hello\n");
    }

    [Fact]
    public Task It_listens_on_IPv4() => ListensOrRefusesAsync(IPAddress.Loopback, Has(TransportCapabilities.Tcp));

    [Fact]
    public Task It_listens_on_IPv6() => ListensOrRefusesAsync(IPAddress.IPv6Loopback, Has(TransportCapabilities.Tcp | TransportCapabilities.IPv6) && Sockets.HasIPv6());

    [Fact]
    public async Task An_endpoint_of_an_unknown_kind_is_refused()
    {
        await using Relay relay = OpenRoom();
        await AssertRefusedAsync(relay, new DnsEndPoint("localhost", 0));
    }

    [Fact]
    public async Task If_one_endpoint_is_in_use_none_stays_bound()
    {
        await using Relay relay = OpenRoom();
        using Socket occupied = Sockets.Listen(Home(relay));
        EndPoint free = FreeEndpoint(relay);
        await AssertRefusedAsync(relay, occupied.LocalEndPoint!, before: free);
        await AssertNoListenerAsync(free);
        Assert.False(free is UnixDomainSocketEndPoint && File.Exists(free.ToString()), "the socket's file is still there");
        await relay.ServeAsync(free);
    }

    [Fact]
    public async Task A_cancelled_start_binds_nothing()
    {
        await using Relay relay = OpenRoom();
        EndPoint free = FreeEndpoint(relay);
        IBroadcastServer server = relay.Create(free);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.StartAsync(new CancellationToken(canceled: true)));
        await AssertNoListenerAsync(free);
    }

    [Fact]
    public async Task A_new_server_can_have_the_endpoint_of_one_that_has_stopped()
    {
        EndPoint endpoint;
        await using (Relay first = await OpenAsync())
        {
            endpoint = first.Endpoint;
            using Peer peer = await first.JoinAsync();

            // The server closes first, which leaves its port in the state TIME_WAIT.
            Task stopping = first.StopAsync();
            await peer.ReadToFinAsync();
            peer.Dispose();
            await stopping;
        }

        await using Relay second = OpenRoom();
        await second.ServeAsync(endpoint is IPEndPoint ? endpoint : second.Folder.Socket());
        using Peer speaker = await second.JoinAsync(), listener = await second.JoinAsync();
        await speaker.SendAsync("here again\n");
        await listener.HearsAsync("here again\n");
    }

    private async Task ListensOrRefusesAsync(IPAddress address, bool listens)
    {
        await using Relay relay = OpenRoom();
        if (!listens)
        {
            await AssertRefusedAsync(relay, new IPEndPoint(address, 0));
            return;
        }

        await relay.ServeAsync(new IPEndPoint(address, 0));
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await speaker.SendAsync("hello\n");
        await listener.HearsAsync("hello\n");
    }

    /// <summary>An endpoint without a listener. For TCP, the system has just chosen its port, and will not choose it again soon.</summary>
    private EndPoint FreeEndpoint(Relay relay)
    {
        using Socket socket = Sockets.Listen(Home(relay));
        EndPoint endpoint = socket.LocalEndPoint!;
        return endpoint is IPEndPoint ? endpoint : relay.Folder.Socket();
    }
}
