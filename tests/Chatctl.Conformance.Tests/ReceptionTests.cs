using System.Net;
using System.Net.Sockets;
using Chatctl.Core;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Conformance.Tests;

/// <summary>What transports over sockets do when accepting fails, or when they cannot serve an accepted socket.</summary>
public sealed class ReceptionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Listing _log = new();
    private readonly Room _room;
    private readonly IDoor _door;

    public ReceptionTests()
    {
        _room = new Room(new RoomOptions(), _time, NullLogger<Room>.Instance);
        _door = _room.OpenDoor(() => { });
    }

    public void Dispose()
    {
        _door.Dispose();
        _room.Dispose();
    }

    [Theory]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.TimedOut)]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.HostDown)]
    [InlineData(SocketError.AccessDenied)]
    [InlineData(SocketError.WouldBlock)]
    public void A_clients_fault_causes_no_wait_and_no_warning(SocketError error)
    {
        Reception reception = Open();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(TimeSpan.Zero, reception.Failed(new SocketException((int)error)));
        }

        Assert.DoesNotContain(_log.Lines, line => line.Level > LogLevel.Debug);
    }

    [Theory]
    [InlineData(SocketError.InvalidArgument)]
    [InlineData(SocketError.NotSocket)]
    [InlineData(SocketError.OperationAborted)]
    [InlineData(SocketError.Fault)]
    [InlineData(SocketError.ProtocolNotSupported)]
    public void A_fault_of_the_listener_is_thrown(SocketError error)
    {
        Reception reception = Open();
        Assert.Equal(error, Assert.Throws<SocketException>(() => reception.Failed(new SocketException((int)error))).SocketErrorCode);
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.SocketError)]
    public void A_shortage_makes_it_wait_longer_each_time_and_is_logged_once(SocketError error)
    {
        Reception reception = Open();
        double[] waits = [.. Enumerable.Range(0, 9).Select(_ => reception.Failed(new SocketException((int)error)).TotalMilliseconds)];
        Assert.Equal([10, 20, 40, 80, 160, 320, 500, 500, 500], waits);
        Assert.Equal([LogLevel.Warning], _log.Lines.Select(line => line.Level));
    }

    [Fact]
    public async Task The_end_of_a_shortage_is_logged_but_not_for_each_of_many_short_ones()
    {
        Reception reception = Open();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(10, reception.Failed(new SocketException((int)SocketError.TooManyOpenSockets)).TotalMilliseconds);
            using Socket socket = await AcceptedAsync();
            Assert.Null(reception.Receive(socket, Gone, out TimeSpan wait));
            Assert.Equal(TimeSpan.Zero, wait);
        }

        string[] told = [.. _log.Lines.Where(line => line.Level > LogLevel.Debug).Select(line => line.Text)];
        Assert.Equal(["cannot accept connections for now: no descriptors are left", "accepting connections again"], told);
        _time.Advance(TimeSpan.FromSeconds(10));
        reception.Failed(new SocketException((int)SocketError.TooManyOpenSockets));
        Assert.Equal(told[0], _log.Lines[^1].Text);
    }

    [Fact]
    public async Task A_socket_that_cannot_be_served_is_closed_and_its_member_leaves()
    {
        var failure = new InvalidOperationException();
        var reception = new Reception(_door, _log, _time);
        using Socket socket = await AcceptedAsync();
        Assert.Same(failure, Assert.Throws<InvalidOperationException>(() => reception.Receive(socket, (_, _) => throw failure, out _)));
        Assert.True(socket.SafeHandle.IsClosed);
        Assert.Equal(0, _room.MemberCount);
    }

    private static async Task<Socket> AcceptedAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        return await listener.AcceptAsync();
    }

    private Reception Open() => new(_door, _log, _time);

    /// <summary>A peer that is gone when it is let in.</summary>
    private static Connection Gone(Socket socket, IMember member) => throw new SocketException((int)SocketError.ConnectionReset);
}
