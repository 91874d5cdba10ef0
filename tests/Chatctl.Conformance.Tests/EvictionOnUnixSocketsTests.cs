using System.Net.Sockets;
using System.Text;
using Chatctl.Core;
using Chatctl.Transport.Async;
using Chatctl.Transport.Select;
using Chatctl.Transport.SocketAsyncEventArgs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Conformance.Tests;

/// <summary>What an evicted peer sees over a Unix socket, which has no reset: never an end that it could take for its receipt.</summary>
public sealed class EvictionOnUnixSocketsTests : IDisposable
{
    private const int LongestLine = 1000;
    private const int MostKept = 128;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // How long nothing has to happen until it counts as nothing. A test that waits too short proves less and does not fail.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(10);
    private static readonly ITransportPlugin[] Plugins = [new AsyncPlugin(), new SaeaPlugin(), new SelectPlugin()];

    private readonly string _folder = Directory.CreateTempSubdirectory("chatctl-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly List<Socket> _peers = [];
    private readonly ServiceProvider _services;
    private readonly Room _room;
    private IBroadcastServer? _server;

    public EvictionOnUnixSocketsTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton<TimeProvider>(_time);
        Array.ForEach(Plugins, plugin => plugin.Register(services));
        _services = services.BuildServiceProvider();
        _room = new Room(new RoomOptions { MaxLineBytes = LongestLine }, TimeProvider.System, NullLogger<Room>.Instance);
    }

    public static TheoryData<string> Transports => [.. Plugins.Select(plugin => plugin.Name)];

    public void Dispose()
    {
        _peers.ForEach(peer => peer.Dispose());
        _server?.DisposeAsync().AsTask().Wait(Patience);
        _room.Dispose();
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_that_is_evicted_when_it_has_half_closed_sees_no_end_for_ten_minutes(string transport)
    {
        await ServeAsync(transport);
        Socket peer = await EvictAsync();
        peer.Shutdown(SocketShutdown.Send);
        await SeesNoEndAsync(peer);
        _time.Advance(LongestKept - Grace);
        await SeesNoEndAsync(peer);
        _time.Advance(Grace);
        Assert.Equal(0, await ReceiveAsync(peer));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_whose_line_is_too_long_with_its_terminator_sees_no_end(string transport)
    {
        await ServeAsync(transport);
        Socket peer = await ConnectAsync();
        await peer.SendAsync(Encoding.ASCII.GetBytes(new string('x', LongestLine) + "\n"));
        peer.Shutdown(SocketShutdown.Send);
        await EvictedAsync(1);
        _time.Advance(Grace);
        await SeesNoEndAsync(peer);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_that_is_evicted_and_does_not_half_close_sees_the_end_after_a_second(string transport)
    {
        await ServeAsync(transport);
        Socket peer = await EvictAsync();
        _time.Advance(Grace);
        Assert.Equal(0, await ReceiveAsync(peer));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_that_sends_more_after_it_was_evicted_sees_a_reset(string transport)
    {
        await ServeAsync(transport);
        Socket peer = await EvictAsync();
        await peer.SendAsync("more\n"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);
        _time.Advance(Grace);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(peer));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_that_never_sent_a_byte_sees_the_end_at_once(string transport)
    {
        await ServeAsync(transport);
        _room.Drain();
        Socket refused = await ConnectAsync();
        Assert.Equal(0, await ReceiveAsync(refused));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task When_too_many_sockets_are_kept_the_oldest_is_closed(string transport)
    {
        await ServeAsync(transport);
        List<Socket> peers = await EvictManyAsync(MostKept);
        await SeesNoEndAsync(peers[0]);
        await EvictManyAsync(1);
        Assert.Equal(0, await ReceiveAsync(peers[0]));
        await SeesNoEndAsync(peers[1]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_that_has_gone_gives_its_place_to_another(string transport)
    {
        await ServeAsync(transport);
        List<Socket> peers = await EvictManyAsync(MostKept);
        peers[^1].Dispose();

        // The server looks before it keeps another socket.
        _time.Advance(Grace);
        await EvictManyAsync(1);
        await SeesNoEndAsync(peers[0]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_stop_closes_the_sockets_that_are_kept(string transport)
    {
        await ServeAsync(transport);
        Socket peer = (await EvictManyAsync(1))[0];
        await SeesNoEndAsync(peer);
        _room.Drain();
        await _server!.StopAsync(CancellationToken.None).WaitAsync(Patience);
        Assert.Equal(0, await ReceiveAsync(peer));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_that_sends_while_the_server_stops_sees_an_error(string transport)
    {
        await ServeAsync(transport);
        Socket peer = await ConnectAsync();
        await peer.SendAsync("before\n"u8.ToArray());
        await WaitAsync(() => _room.Sequence == 1);
        _room.Drain();
        Task stopping = _server!.StopAsync(CancellationToken.None);
        await peer.SendAsync("too late\n"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        // Time passes until the server ends the connection, whenever it has begun to count.
        using var ending = new Timer(_ => _time.Advance(TimeSpan.FromMilliseconds(100)), null, 0, 1);
        var error = await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(peer));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        await stopping.WaitAsync(Patience);
        Assert.Equal(1, _room.Sequence);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_peer_whose_line_is_being_handed_over_when_the_room_begins_to_drain_sees_an_error(string transport)
    {
        var held = new HeldRoom(_room);
        await ServeAsync(transport, held);
        Socket peer = await ConnectAsync();
        await peer.SendAsync("too late\n"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);
        await held.Waits.WaitAsync(Patience);
        _room.Drain();
        held.GoOn();
        Task stopping = _server!.StopAsync(CancellationToken.None);
        using var ending = new Timer(_ => _time.Advance(TimeSpan.FromMilliseconds(100)), null, 0, 1);
        var error = await Assert.ThrowsAsync<SocketException>(() => ReceiveAsync(peer));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        await stopping.WaitAsync(Patience);
        Assert.Equal(0, _room.Sequence);
    }

    private Task ServeAsync(string transport, IRoom? room = null)
    {
        var endpoint = new UnixDomainSocketEndPoint(Path.Combine(_folder, "room"));
        _server = _services.GetRequiredKeyedService<IBroadcastServerFactory>(transport).Create(room ?? _room, new ServerOptions { Endpoints = [endpoint] });
        return _server.StartAsync(CancellationToken.None).WaitAsync(Patience);
    }

    private async Task<Socket> ConnectAsync()
    {
        var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _peers.Add(peer);
        await peer.ConnectAsync(_server!.Endpoints[0]).WaitAsync(Patience);
        return peer;
    }

    /// <summary>Has a peer send a line that is too long, and waits until its member has left.</summary>
    private async Task<Socket> EvictAsync()
    {
        long evicted = _room.Evictions(EvictionReason.LineTooLong);
        Socket peer = await ConnectAsync();
        await peer.SendAsync(new byte[LongestLine + 1]);
        await EvictedAsync(evicted + 1);
        return peer;
    }

    private async Task<List<Socket>> EvictManyAsync(int count)
    {
        List<Socket> peers = [];
        for (int i = 0; i < count; i++)
        {
            peers.Add(await EvictAsync());
            peers[i].Shutdown(SocketShutdown.Send);
        }

        return peers;
    }

    private Task EvictedAsync(long count) => WaitAsync(() => _room.Evictions(EvictionReason.LineTooLong) >= count && _room.MemberCount == 0);

    private static async Task WaitAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    private static async Task SeesNoEndAsync(Socket peer)
    {
        using var moment = new CancellationTokenSource(Moment);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await peer.ReceiveAsync(new byte[1], moment.Token));
    }

    private static Task<int> ReceiveAsync(Socket peer) => peer.ReceiveAsync(new byte[1]).WaitAsync(Patience);
}
