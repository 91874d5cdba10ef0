using System.Net;
using Chatctl.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Conformance.Venue;

/// <summary>A running relay: the real room, watched, and its servers. Disposing it ends the servers and shows that they left nothing in the room.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly ServiceProvider _first;
    private readonly ServiceProvider _second;
    private readonly ITransportPlugin _firstPlugin;
    private readonly ITransportPlugin _secondPlugin;
    private readonly PeerOptions _peerOptions;
    private readonly TimeSpan _stallTimeout;
    private readonly List<IBroadcastServer> _servers = [];
    private readonly List<IBroadcastServer> _serversWithTls = [];
    private int _connected;

    public Relay(ITransportPlugin plugin, ITransportPlugin second, RoomOptions options, PeerOptions peerOptions, IAdmission? admission = null)
    {
        (_firstPlugin, _secondPlugin) = (plugin, second);
        (_first, _second) = (Compose(plugin), Compose(second));
        _peerOptions = peerOptions;
        _stallTimeout = options.StallTimeout;
        Room = new Room(options, Clock, NullLogger<Room>.Instance, admission);
        Watch = new WatchedRoom(Room);
    }

    public ManualClock Clock { get; } = new();

    public Room Room { get; }

    public WatchedRoom Watch { get; }

    public Folder Folder { get; } = new();

    /// <summary>The first server's first endpoint.</summary>
    public EndPoint Endpoint => _servers[0].Endpoints[0];

    /// <summary>Makes a server of the transport, and does not start it. The relay disposes it.</summary>
    public IBroadcastServer Create(params EndPoint[] endpoints) => Create(_first, _firstPlugin, endpoints);

    /// <summary>Makes a server of the second transport, and does not start it. The relay disposes it.</summary>
    public IBroadcastServer CreateSecond(params EndPoint[] endpoints) => Create(_second, _secondPlugin, endpoints);

    /// <summary>Starts a server of the transport.</summary>
    public async Task<IBroadcastServer> ServeAsync(params EndPoint[] endpoints)
    {
        IBroadcastServer server = Create(endpoints);
        await server.StartAsync(CancellationToken.None).Guard();
        return server;
    }

    /// <summary>Connects a peer, and waits until it is a member.</summary>
    public async Task<Peer> JoinAsync(EndPoint? endpoint = null)
    {
        Peer peer = await ConnectAsync(endpoint);
        int connected = Volatile.Read(ref _connected);
        await Watchdog.UntilAsync(() => Watch.Met >= connected, $"{connected} peers have become members");
        return peer;
    }

    /// <summary>Connects a peer with a small receive buffer, and waits until it is a member.</summary>
    public async Task<Peer> JoinSlowAsync()
    {
        Peer peer = await Peer.ConnectAsync(Endpoint, OptionsFor(Endpoint) with { IsSlow = true });
        int connected = Interlocked.Increment(ref _connected);
        await Watchdog.UntilAsync(() => Watch.Met >= connected, $"{connected} peers have become members");
        return peer;
    }

    /// <summary>Connects a peer.</summary>
    public async Task<Peer> ConnectAsync(EndPoint? endpoint = null)
    {
        Peer peer = await Peer.ConnectAsync(endpoint ?? Endpoint, OptionsFor(endpoint ?? Endpoint));
        Interlocked.Increment(ref _connected);
        return peer;
    }

    /// <summary>Waits until servers have handed this many bytes to the room in total.</summary>
    public Task ReceivedAsync(long bytes) => Watchdog.UntilAsync(() => Watch.Received >= bytes, $"{bytes} bytes have been handed to the room");

    /// <summary>Waits until at most this many members are left.</summary>
    public Task ThinnedOutAsync(int members) => Watchdog.UntilAsync(() => Room.MemberCount <= members, $"{members} members are left");

    /// <summary>Waits until no more bytes move, or a task is done.</summary>
    public async Task StandsStillAsync(Task? unless = null)
    {
        long calls;
        do
        {
            calls = Watch.Calls;
            await Task.WhenAny(Task.Delay(2 * Watchdog.Moment), unless ?? Task.Delay(Timeout.Infinite));
        }
        while (Watch.Calls != calls && unless?.IsCompleted != true);
    }

    /// <summary>Shows that a peer gets its receipt. The room's time passes meanwhile, so that the receipt does not wait for members that lag.</summary>
    public async Task GivesReceiptAsync(Peer peer)
    {
        Task<string> reading = peer.ReadToFinAsync();
        while (await Task.WhenAny(reading, Task.Delay(5)) != reading)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        await reading;
    }

    /// <summary>Closes the server's end of a peer's connection, as the system does when the server's process dies.</summary>
    public void LoseServerOf(Peer peer)
    {
        Death.Of(peer.Address);

        // A server that waits for all its sockets in one call keeps them open until the call returns. The wake ends that call.
        Watch.Wake();
    }

    /// <summary>Moves the room's clock by the stall timeout, so that a member that stalls is evicted.</summary>
    public void LetStallTimeoutPass() => Clock.Advance(_stallTimeout);

    /// <summary>Stops as the tool does: first the room drains, then the servers stop.</summary>
    public Task StopAsync(CancellationToken patience = default)
    {
        Room.Drain();
        return Task.WhenAll(_servers.ConvertAll(server => server.StopAsync(patience))).Guard();
    }

    /// <summary>Ends the servers at once.</summary>
    public async Task DisposeServersAsync()
    {
        Watch.ReleaseInput();
        foreach (IBroadcastServer server in _servers)
        {
            await server.DisposeAsync().Guard();
            if (server.Completion.IsFaulted)
            {
                await server.Completion;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeServersAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        Room.Dispose();
        Folder.Dispose();
        Watch.AssertLeftInOrder();
    }

    private static ServiceProvider Compose(ITransportPlugin plugin)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(TimeProvider.System);
        plugin.Register(services);
        return services.BuildServiceProvider();
    }

    private PeerOptions OptionsFor(EndPoint endpoint) => _peerOptions with { SpeaksTls = _serversWithTls.Exists(server => server.Endpoints.Contains(endpoint)) };

    private IBroadcastServer Create(ServiceProvider services, ITransportPlugin plugin, EndPoint[] endpoints)
    {
        IBroadcastServerFactory factory = services.GetRequiredKeyedService<IBroadcastServerFactory>(plugin.Name);
        bool speaksTls = plugin.Schemes.Contains("tls") && !plugin.Schemes.Contains("tcp");
        IBroadcastServer server = factory.Create(Watch, new ServerOptions { Endpoints = endpoints, Tls = speaksTls ? KitCertificate.ForServer(Folder) : null });
        _servers.Add(server);
        if (speaksTls)
        {
            _serversWithTls.Add(server);
        }

        return server;
    }
}
