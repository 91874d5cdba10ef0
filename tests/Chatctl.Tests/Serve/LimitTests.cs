using System.Diagnostics;
using System.Net.Sockets;

namespace Chatctl.Tests.Serve;

/// <summary>How much a client may send, and how little.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("select", "--rate", "50")]
    [InlineData("async", "--rate", "50")]
    [InlineData("saea", "--byte-rate", "100")]
    public async Task A_client_that_floods_loses_nothing_and_is_not_read_from_until_the_time_has_made_up_for_it(string transport, string option, string limit)
    {
        // A second's worth is free, so one second at least is owed.
        string flood = string.Concat(Enumerable.Repeat("x\n", 100));
        using Server server = await Server.StartAsync("-t", transport, option, limit);
        using Peer listener = await server.JoinAsync();
        using Peer sender = await server.JoinAsync();
        long start = Stopwatch.GetTimestamp();
        await sender.SendAsync(flood);
        Assert.Equal(flood, await listener.ReadAsync(flood.Length));
        await sender.SendAsync("more");
        sender.Finish();
        Assert.Equal("more\n", await listener.ReadAsync(5));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
        Assert.Empty(await sender.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_neither_sends_nor_receives_anything_is_disconnected()
    {
        using Server server = await Server.StartAsync("--idle-timeout", "500ms");
        using Peer silent = await server.JoinAsync();
        Assert.Equal(SocketError.ConnectionReset, await silent.ReadToFailureAsync());
        await server.Process.ErrorLineAsync("is disconnected: it has neither sent nor been sent anything for the idle timeout");
    }
}
