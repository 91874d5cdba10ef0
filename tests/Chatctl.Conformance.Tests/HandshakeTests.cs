using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Chatctl.Core;
using Chatctl.Transport.Tls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Conformance.Tests;

/// <summary>What happens between the accept and the join of a peer with TLS.</summary>
public sealed class HandshakeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CertificateMaker _maker = new(DateTimeOffset.UtcNow);
    private readonly Guests _guests = new();
    private readonly Room _room;
    private readonly ServiceProvider _services;
    private IBroadcastServer? _server;

    public HandshakeTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(TimeProvider.System);
        new TlsPlugin().Register(services);
        _services = services.BuildServiceProvider();
        _room = new Room(new RoomOptions(), TimeProvider.System, NullLogger<Room>.Instance, _guests);
    }

    public void Dispose()
    {
        _server?.DisposeAsync().AsTask().Wait(Patience);
        _room.Dispose();
        _services.Dispose();
        _maker.Dispose();
    }

    [Fact]
    public async Task The_room_learns_the_name_in_a_clients_certificate_and_what_was_agreed_on()
    {
        var door = new Doorkeeper(_room);
        await ServeAsync(door, clientCa: true);
        using SslStream ann = await ConnectAsync(_maker.Make("ann"), "chatctl/1");
        Peer peer = await door.Joined.Task.WaitAsync(Patience);
        Assert.Equal(("ann", "chatctl/1", null), (peer.CertificateName, peer.Dialect, peer.UserName));
        Assert.Equal(IPAddress.Loopback, (peer.Address as IPEndPoint)?.Address);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_an_encrypted_peer_with_an_address_only()
    {
        var door = new Doorkeeper(_room);
        await ServeAsync(door);
        using SslStream client = await ConnectAsync();
        Peer peer = await door.Joined.Task.WaitAsync(Patience);
        Assert.Equal(new Peer(peer.Address, IsEncrypted: true), peer);
    }

    [Fact]
    public async Task A_client_may_leave_out_its_certificate_if_it_is_optional()
    {
        var door = new Doorkeeper(_room);
        await ServeAsync(door, clientCa: true, isOptional: true);
        using SslStream client = await ConnectAsync();
        Peer peer = await door.Joined.Task.WaitAsync(Patience);
        Assert.Equal(new Peer(peer.Address, IsEncrypted: true), peer);
    }

    [Fact]
    public async Task A_client_that_shows_an_optional_certificate_has_its_name()
    {
        var door = new Doorkeeper(_room);
        await ServeAsync(door, clientCa: true, isOptional: true);
        using SslStream ann = await ConnectAsync(_maker.Make("ann"));
        Assert.Equal("ann", (await door.Joined.Task.WaitAsync(Patience)).CertificateName);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bad_certificate_keeps_its_client_out_although_it_could_be_left_out(bool isOptional)
    {
        await ServeAsync(_room, clientCa: true, isOptional);
        using var others = new CertificateMaker(DateTimeOffset.UtcNow);
        foreach (X509Certificate2 bad in (X509Certificate2[])[others.Make("eve"), _maker.Make("late", days: -1), _maker.Make("server", purpose: "1.3.6.1.5.5.7.3.1")])
        {
            // With TLS 1.3 a client is done before the server has looked at its certificate.
            using SslStream client = await ConnectAsync(bad);
            await Assert.ThrowsAsync<IOException>(async () => await client.ReadAsync(new byte[1]).AsTask().WaitAsync(Patience));
        }

        Assert.Equal(0, _room.MemberCount);
    }

    [Fact]
    public async Task A_place_is_taken_before_the_handshake_and_given_back_when_it_fails()
    {
        _guests.Places = 1;
        await ServeAsync(_room);
        for (int i = 0; i < 20; i++)
        {
            using Socket silent = await DialAsync();
            await WaitAsync(() => _guests.Inside == 1);
            await IsResetAsync(null);

            await silent.SendAsync("not TLS at all\n"u8.ToArray());
            await IsResetAsync(silent);
            await WaitAsync(() => _guests.Inside == 0);
        }

        using SslStream client = await ConnectAsync();
        await WaitAsync(() => _room.MemberCount == 1 && _guests.Inside == 1);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_handshakes()
    {
        await ServeAsync(_room);
        using Socket silent = await DialAsync(), half = await DialAsync();
        await half.SendAsync("\x16\x03\x01"u8.ToArray());
        await WaitAsync(() => _guests.Inside == 2);
        _room.Drain();
        await _server!.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        await IsResetAsync(silent);
        await IsResetAsync(half);
        Assert.Equal(0, _guests.Inside);
    }

    [Fact]
    public async Task Random_bytes_and_broken_handshakes_end_nothing_but_their_own_connections()
    {
        await ServeAsync(_room);
        using SslStream member = await ConnectAsync();
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // It looks like a record with a handshake, or like one with data.
                byte[] header = [(byte)(i % 4 == 0 ? 22 : 23), 3, 3, (byte)((bytes.Length - 5) >> 8), (byte)(bytes.Length - 5)];
                header.AsSpan(0, Math.Min(5, bytes.Length)).CopyTo(bytes);
            }

            using Socket stranger = await DialAsync();
            await stranger.SendAsync(bytes);
            stranger.Shutdown(SocketShutdown.Send);
            await EndsAsync(stranger);
        }

        Assert.False(_server!.Completion.IsCompleted);
        using SslStream other = await ConnectAsync();
        await other.WriteAsync("still here\n"u8.ToArray());
        byte[] heard = new byte["still here\n".Length];
        await member.ReadExactlyAsync(heard).AsTask().WaitAsync(Patience);
        Assert.Equal("still here\n"u8.ToArray(), heard);
    }

    [Fact]
    public async Task A_record_that_was_altered_on_the_way_ends_its_connection_alone()
    {
        await ServeAsync(_room);
        using SslStream member = await ConnectAsync();
        using Socket socket = await DialAsync();
        await using var wire = new NetworkStream(socket);
        using var broken = new SslStream(wire, leaveInnerStreamOpen: true);
        await broken.AuthenticateAsClientAsync(Options(null, null)).WaitAsync(Patience);
        await WaitAsync(() => _room.MemberCount == 2);
        await socket.SendAsync((byte[])[23, 3, 3, 0, 30, .. new byte[30]]);
        await EndsAsync(socket);
        await WaitAsync(() => _room.MemberCount == 1);
        Assert.False(_server!.Completion.IsCompleted);
    }

    private Task ServeAsync(IRoom room, bool clientCa = false, bool isOptional = false)
    {
        X509Certificate2 certificate = _maker.Make("localhost");
        string path = _maker.Write("server.pem", Pem.Certificate(certificate), Pem.Key(certificate));
        _server = _services.GetRequiredKeyedService<IBroadcastServerFactory>("tls").Create(room, new ServerOptions
        {
            Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
            Tls = new TlsFiles(path, ClientCaPath: clientCa ? _maker.Write("root.pem", Pem.Certificate(_maker.Root)) : null) { IsClientCertificateOptional = isOptional },
        });
        return _server.StartAsync(CancellationToken.None).WaitAsync(Patience);
    }

    private async Task<Socket> DialAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server!.Endpoints[0]).WaitAsync(Patience);
        return socket;
    }

    private async Task<SslStream> ConnectAsync(X509Certificate2? own = null, string? protocol = null)
    {
        var tls = new SslStream(new NetworkStream(await DialAsync(), ownsSocket: true));
        await tls.AuthenticateAsClientAsync(Options(own, protocol)).WaitAsync(Patience);
        return tls;
    }

    private static SslClientAuthenticationOptions Options(X509Certificate2? own, string? protocol) => new()
    {
        TargetHost = "localhost",
        ClientCertificates = own is null ? null : [own],
        ApplicationProtocols = protocol is null ? null : [new SslApplicationProtocol(protocol)],
        EnabledSslProtocols = SslProtocols.Tls13,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
    };

    /// <summary>Shows that a connection is reset. A new one may be reset already when it is made.</summary>
    /// <param name="connected">The connection; null for a new one.</param>
    private async Task IsResetAsync(Socket? connected)
    {
        SocketException end = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using Socket? dialled = connected is null ? await DialAsync() : null;
            await (connected ?? dialled!).ReceiveAsync(new byte[1]).WaitAsync(Patience);
        });
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
    }

    /// <summary>Waits for the end of a connection, of any kind.</summary>
    private static async Task EndsAsync(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[4096]).WaitAsync(Patience) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }
    }

    private static async Task WaitAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            await Task.Delay(1, patience.Token);
        }
    }

    /// <summary>Counts who is inside, and lets in only so many.</summary>
    private sealed class Guests : IAdmission
    {
        private int _inside;

        public int Places { get; set; } = int.MaxValue;

        public int Inside => Volatile.Read(ref _inside);

        public bool Admits(EndPoint? remote, out string reason)
        {
            bool admits = Interlocked.Increment(ref _inside) <= Places;
            if (!admits)
            {
                Interlocked.Decrement(ref _inside);
            }

            reason = admits ? "" : "there is no place left";
            return admits;
        }

        public void Left(EndPoint? remote) => Interlocked.Decrement(ref _inside);
    }

    /// <summary>Notes the first peer that joins.</summary>
    private sealed class Doorkeeper(IRoom room) : IRoom
    {
        public TaskCompletionSource<Peer> Joined { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDoor OpenDoor(Action wake) => new Door(this, room.OpenDoor(wake));

        private sealed class Door(Doorkeeper keeper, IDoor door) : IDoor
        {
            public IMember Join(Peer peer)
            {
                keeper.Joined.TrySetResult(peer);
                return door.Join(peer);
            }

            public IDisposable? Reserve(EndPoint? address) => door.Reserve(address);

            public void Dispose() => door.Dispose();
        }
    }
}
