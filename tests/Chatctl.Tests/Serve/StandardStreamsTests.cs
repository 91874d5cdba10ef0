namespace Chatctl.Tests.Serve;

/// <summary>A server needs no reader of its standard streams.</summary>
public sealed class StandardStreamsTests
{
    [Fact]
    public async Task It_outlives_the_reader_of_its_first_line()
    {
        using Server server = await Server.StartAsync(1, ToolProcess.Shell("exec \"$CHATCTL\" serve -v 127.0.0.1:0 > >(exec head -1)"));

        // The end of the output of head is the end of head.
        Assert.Equal("", await server.Process.ReadLineAsync());
        await RelaysAsync(server);
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("> >(exec true)")]
    [InlineData(">/dev/full")]
    public async Task It_serves_although_standard_output_does_not_take_the_addresses(string output)
    {
        using var folder = new TemporaryFolder();

        // The reader, if there is one, is gone before the server starts.
        string script = $"exec {output}; wait $!; exec \"$CHATCTL\" serve -v \"unix:$1\"";
        using Server server = await Server.StartAsync(0, ToolProcess.Shell(script, folder["room"]));
        Assert.StartsWith("chatctl: warning: listening on unix:", await server.Process.ErrorLineAsync("did not take the addresses"), StringComparison.Ordinal);
        await RelaysAsync(server, $"unix:{folder["room"]}");
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2> >(exec true)")]
    [InlineData("2>/dev/full")]
    public async Task It_serves_although_its_log_has_no_reader(string error)
    {
        string script = $"exec {error}; wait $!; exec \"$CHATCTL\" serve -v --echo 127.0.0.1:0";
        using var tool = ToolProcess.Shell(script);
        string url = await tool.ReadLineAsync();
        using Peer one = await EchoingAsync(url);
        using Peer other = await EchoingAsync(url);
        Assert.Equal("x\n", await one.ReadAsync(2));
        await one.SendAsync("y\n");
        Assert.Equal("y\n", await other.ReadAsync(2));
        tool.Signal("TERM");
        Connect.EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    /// <summary>Joins and makes sure of it without the log.</summary>
    private static async Task<Peer> EchoingAsync(string url)
    {
        Peer peer = await Peer.ConnectAsync(url);
        await peer.SendAsync("x\n");
        Assert.Equal("x\n", await peer.ReadAsync(2));
        return peer;
    }

    private static async Task RelaysAsync(Server server, string? url = null)
    {
        using Peer sender = await server.JoinAsync(url);
        using Peer receiver = await server.JoinAsync(url);
        await sender.SendAsync("x\n");
        Assert.Equal("x\n", await receiver.ReadAsync(2));
    }
}
