using System.Net.Sockets;

namespace Chatctl.Tests.Serve;

/// <summary>A client that is not let in sees that at once, and the others notice nothing.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task In_a_full_room_more_clients_are_reset_and_the_log_stays_short(string transport)
    {
        const int Surplus = 100;
        using Server server = await Server.StartAsync("-t", transport, "--max-clients", "2");
        using Peer speaker = await server.JoinAsync();
        using Peer listener = await server.JoinAsync();
        listener.Finish();
        for (int i = 0; i < Surplus; i++)
        {
            await AssertRefusedAsync(server.Urls[0]);
        }

        await speaker.SendAsync("x\n");
        Assert.Equal("x\n", await listener.ReadAsync(2));
        await server.Process.ErrorLineAsync("warning: refused 127.0.0.1:");
        Assert.EndsWith("the room is full (2 clients)", await server.Process.ErrorLineAsync(" more, the last of them 127.0.0.1:"), StringComparison.Ordinal);

        speaker.Finish();
        Assert.Empty(await speaker.ReadToEndAsync());
        await server.Process.ErrorLineAsync("member #1 127.0.0.1:", 2);
        await server.Process.ErrorLineAsync(" left", 1 + Surplus);
        using Peer next = await server.JoinAsync();
        await next.SendAsync("y\n");
        Assert.Equal("y\n", await listener.ReadAsync(2));
        ToolResult result = await server.StopAsync();
        Assert.True(result.Error.Split("warning: refused").Length - 1 < Surplus / 2, result.Error);
    }

    [Fact]
    public async Task Networks_and_the_number_of_clients_from_one_address_are_limited_but_not_over_unix_sockets()
    {
        using var folder = new TemporaryFolder();
        using Server server = await Server.StartAsync(
            2,
            Server.Run("127.0.0.1:0", $"unix:{folder["room"]}", "--allow", "127.0.0.0/29", "--allow=10.0.0.0/8,::1", "--deny", "127.0.0.3", "--max-per-ip", "1"));
        using Peer first = await server.JoinAsync();
        await AssertRefusedAsync(server.Urls[0]);
        await AssertRefusedAsync(server.Urls[0], from: "127.0.0.3");
        await AssertRefusedAsync(server.Urls[0], from: "127.0.0.9");
        using Peer second = await Peer.ConnectAsync(server.Urls[0], from: "127.0.0.2");
        using Peer third = await Peer.ConnectAsync(server.Urls[1]);
        using Peer fourth = await Peer.ConnectAsync(server.Urls[1]);
        await server.Process.ErrorLineAsync(" joined", 4);
        await first.SendAsync("x\n");
        Assert.Equal("x\n", await second.ReadAsync(2));
        Assert.Equal("x\n", await third.ReadAsync(2));
        Assert.Equal("x\n", await fourth.ReadAsync(2));
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task When_descriptors_run_out_the_members_go_on_and_when_they_come_free_others_get_in(string transport)
    {
        // The runtime needs about a hundred of these descriptors, so some 75 are left for clients.
        const int Limit = 200, Many = 120;
        using Server server = await Server.StartAsync(
            1, ToolProcess.Shell($"ulimit -n {Limit}; exec \"$CHATCTL\" serve -v --max-clients 1000 -t {transport} 127.0.0.1:0"));
        using Peer speaker = await server.JoinAsync();
        using Peer listener = await server.JoinAsync();
        Peer?[] crowd = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => TryConnectAsync(server.Urls[0])));
        await server.Process.ErrorLineAsync($"warning: cannot accept connections for now: nearly all of the {Limit} descriptors are in use");
        await speaker.SendAsync("x\n");
        Assert.Equal("x\n", await listener.ReadAsync(2));

        var moment = TimeSpan.FromSeconds(2);
        TimeSpan before = server.Process.ProcessorTime;
        await Task.Delay(moment);
        Assert.InRange(server.Process.ProcessorTime - before, TimeSpan.Zero, moment / 2);

        Array.ForEach(crowd, peer => peer?.Reset());
        using Peer next = await Peer.ConnectAsync(server.Urls[0]);
        await next.SendAsync("y\n");
        Assert.Equal("y\n", await listener.ReadAsync(2));
        ToolResult result = await server.StopAsync();
        Assert.InRange(result.Error.Split('\n').Count(line => line.Contains("accept", StringComparison.Ordinal)), 2, 10);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task Members_that_do_not_read_may_take_more_than_half_of_the_descriptors(string transport)
    {
        const int Limit = 400, Silent = 210, Bytes = 4 << 20;
        using Server server = await Server.StartAsync(
            1, ToolProcess.Shell($"ulimit -n {Limit}; exec \"$CHATCTL\" serve -v --buffer 64m --send-buffer 4k -t {transport} 127.0.0.1:0"));
        var silent = new List<Peer>();
        for (int i = 0; i < Silent; i++)
        {
            silent.Add(await server.JoinAsync());
        }

        using Peer listener = await server.JoinAsync();
        using Peer speaker = await server.JoinAsync();
        Task<string> heard = listener.ReadAsync(Bytes);
        await speaker.SendAsync(string.Concat(Enumerable.Repeat(new string('x', 1023) + '\n', Bytes / 1024)));
        Assert.Equal(Bytes, (await heard).Length);
        silent.ForEach(peer => peer.Dispose());
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
    }

    /// <summary>Connects to a server that may reset the connection before it can be used at all.</summary>
    private static async Task<Peer?> TryConnectAsync(string url)
    {
        try
        {
            return await Peer.ConnectAsync(url);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }

    private static async Task AssertRefusedAsync(string url, string? from = null)
    {
        SocketError end;
        try
        {
            using Peer peer = await Peer.ConnectAsync(url, from);
            end = await peer.ReadToFailureAsync();
        }
        catch (SocketException e)
        {
            // It was there before the connection could be used at all.
            end = e.SocketErrorCode;
        }

        Assert.Equal(SocketError.ConnectionReset, end);
    }
}
