using System.Net;
using System.Net.Sockets;
using Chatctl.Demo;

namespace Chatctl.Tests.Demo;

public sealed class BreakableLinkTests : IDisposable
{
    private readonly TcpListener _room = new(IPAddress.Loopback, 0);
    private readonly BreakableLink _link;

    public BreakableLinkTests()
    {
        _room.Start();
        _link = new BreakableLink((IPEndPoint)_room.LocalEndpoint);
    }

    public void Dispose()
    {
        _link.Dispose();
        _room.Dispose();
    }

    [Fact]
    public async Task What_one_side_sends_reaches_the_other_and_so_does_its_end()
    {
        (Peer near, Peer far) = await ConnectAsync();
        await near.SendAsync("to the room\n");
        near.Finish();
        Assert.Equal("to the room\n"u8.ToArray(), await far.ReadToEndAsync());
        await far.SendAsync("to the member\n");
        far.Finish();
        Assert.Equal("to the member\n"u8.ToArray(), await near.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_one_side_loses_ends_with_a_reset_on_the_other_and_the_next_one_is_carried(bool nearIsLost)
    {
        (Peer near, Peer far) = await ConnectAsync();
        (Peer lost, Peer other) = nearIsLost ? (near, far) : (far, near);
        lost.Reset();
        Assert.Equal(SocketError.ConnectionReset, await other.ReadToFailureAsync());
        await AssertCarriesAsync();
    }

    [Fact]
    public async Task A_break_resets_both_sides_and_the_next_connection_waits_for_the_mending()
    {
        (Peer near, Peer far) = await ConnectAsync();
        _link.Break();
        Assert.Equal(SocketError.ConnectionReset, await near.ReadToFailureAsync());
        Assert.Equal(SocketError.ConnectionReset, await far.ReadToFailureAsync());
        await AssertWaitsForMendingAsync();
    }

    [Fact]
    public async Task A_link_that_breaks_without_a_connection_carries_none_until_it_is_mended()
    {
        _link.Break();
        await AssertWaitsForMendingAsync();
    }

    [Fact]
    public async Task A_link_that_has_ended_resets_its_connection()
    {
        (Peer near, Peer far) = await ConnectAsync();
        _link.Dispose();
        Assert.Equal(SocketError.ConnectionReset, await near.ReadToFailureAsync());
        Assert.Equal(SocketError.ConnectionReset, await far.ReadToFailureAsync());
    }

    [Fact]
    public async Task A_connection_to_a_room_that_is_gone_ends()
    {
        _room.Stop();
        using Peer near = await Peer.ConnectAsync($"{_link.Address}");
        await near.ReadToFailureAsync();
    }

    private async Task AssertWaitsForMendingAsync()
    {
        using Peer near = await Peer.ConnectAsync($"{_link.Address}");
        await near.SendAsync("early\n");
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.False(_room.Pending(), "a broken link has carried a connection");
        _link.Mend();
        using var far = new Peer(await _room.AcceptSocketAsync().Guard());
        Assert.Equal("early", await far.ReadLineAsync());
    }

    private async Task AssertCarriesAsync()
    {
        (Peer near, Peer far) = await ConnectAsync();
        await near.SendAsync("again\n");
        Assert.Equal("again", await far.ReadLineAsync());
    }

    private async Task<(Peer Near, Peer Far)> ConnectAsync()
    {
        Peer near = await Peer.ConnectAsync($"{_link.Address}");
        return (near, new Peer(await _room.AcceptSocketAsync().Guard()));
    }
}
