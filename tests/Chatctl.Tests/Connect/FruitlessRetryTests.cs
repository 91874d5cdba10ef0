using Chatctl.Tests.Serve;

namespace Chatctl.Tests.Connect;

/// <summary>What <c>--retry</c> does when there is a server and nothing gets through to it.</summary>
public sealed class FruitlessRetryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_gives_up_and_names_the_line_when_three_connections_end_in_the_middle_of_it(bool byReset)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--send-only", "--retry");
        string line = "\u001b\u00e9";
        for (int i = 1; i <= 3; i++)
        {
            using Peer peer = await server.AcceptAsync();

            // There is more of the line each time, because the tool sends a lost line again only when there is more of it.
            line += i;
            await tool.SendAsync(i == 1 ? line : $"{i}");
            Assert.Equal(line, await peer.ReadAsync(line.Length + 1));
            if (byReset)
            {
                peer.Reset();
            }
        }

        ToolResult result = await tool.FinishAsync();
        Assert.EndsWith(
            $"{(byReset ? "reset" : "closed")} the connection 3 times in a row in the middle of the line that begins with \"\\u{{1b}}é123\"; "
                + "gave up; 6 bytes may not have been delivered\n",
            result.Error,
            StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_line_that_gets_through_in_the_end_does_not_count()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--send-only", "--retry");
        await tool.SendAsync("a");
        for (int i = 0; i < 4; i++)
        {
            // The line is lost two times. The third time it gets through, together with the beginning of the next line.
            using Peer peer = await server.AcceptAsync();
            string expected = i switch { 0 => "a", 1 => "aa", 2 => "aaa\nb", _ => "bb" };
            await tool.SendAsync(i switch { 0 => "", 2 => "a\nb", 3 => "b", _ => "a" });
            Assert.Equal(expected, await peer.ReadAsync(expected.Length));
            peer.Reset();
        }

        using Peer last = await server.AcceptAsync();
        await tool.SendAsync("b\n");
        Assert.Equal("bbb\n", await last.ReadAsync(4));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("unix")]
    public async Task A_line_that_is_too_long_for_the_room_ends_it(string scheme)
    {
        using var folder = new TemporaryFolder();
        using Server server = await Server.StartAsync($"unix:{folder["room"]}");
        string url = server.Urls.Single(url => url.StartsWith(scheme, StringComparison.Ordinal));
        using var tool = ToolProcess.Shell(
            "{ head -c 15000000 /dev/zero | tr '\\0' x; echo; echo after; } 2>/dev/null | \"$CHATCTL\" connect --send-only --retry \"$1\"; echo ${PIPESTATUS[1]}", url);
        ToolResult result = await tool.FinishAsync();
        Assert.Contains("in the middle of the line that begins with \"xxxx", result.Error, StringComparison.Ordinal);
        Assert.Equal("1\n", result.Text);
    }

    [Theory]
    [InlineData("--deny 127.0.0.0/8", "--recv-only")]
    [InlineData("--deny 127.0.0.0/8", "--send-only")]
    [InlineData("--max-per-ip 1", "--recv-only")]
    [InlineData("--max-per-ip 1", "--send-only")]
    [InlineData("--max-clients 1", "--recv-only")]
    [InlineData("--max-clients 1", "--send-only")]
    public async Task With_a_room_that_refuses_the_client_it_gives_up_after_the_time_and_never_without_a_time(string refusal, string direction)
    {
        using Server server = await Server.StartAsync(refusal.Split(' '));
        using Peer? member = refusal.StartsWith("--max", StringComparison.Ordinal) ? await server.JoinAsync() : null;
        await AssertGivesUpAsync(direction, server.Urls[0]);
    }

    [Theory]
    [InlineData("--recv-only", true, "")]
    [InlineData("--recv-only", false, "")]
    [InlineData("--recv-only", true, "half a line")]
    [InlineData("--recv-only", false, "half a line")]
    [InlineData("--send-only", true, "")]
    [InlineData("--send-only", false, "")]
    public async Task With_a_server_that_drops_every_connection_it_gives_up_after_the_time_and_never_without_a_time(string direction, bool byReset, string before)
    {
        using var server = new ScriptedServer();
        Task dropping = DropAllAsync(server, byReset, before);
        await AssertGivesUpAsync(direction, server.Address);

        // The dropping ends when its listener is disposed.
        server.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => dropping.Guard());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_drops_every_connection_after_a_line_is_not_given_up(bool byReset)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "--retry=10s");

        // If such a connection counted as none, the pauses would grow, and the time would be up before the last one.
        for (int i = 0; i < 12; i++)
        {
            using Peer peer = await server.AcceptAsync();
            await peer.SendAsync($"line {i}\n");
            Assert.Equal($"line {i}", await tool.ReadLineAsync());
            if (byReset)
            {
                peer.Reset();
            }
        }
    }

    private static async Task DropAllAsync(ScriptedServer server, bool byReset, string before)
    {
        while (true)
        {
            using Peer peer = await server.AcceptAsync();
            await peer.SendAsync(before);
            if (byReset)
            {
                peer.Reset();
            }
        }
    }

    private static async Task AssertGivesUpAsync(string direction, string address)
    {
        const string Script = "yes 2>/dev/null | \"$CHATCTL\" connect \"$@\"; echo ${PIPESTATUS[1]}";
        using var limited = ToolProcess.Shell(Script, direction, address, "--retry=1s");
        using var unlimited = ToolProcess.Shell(Script, direction, address, "--retry", "--timeout", "2s");
        ToolResult result = await limited.FinishAsync();
        Assert.Matches("(reset the connection|closed the connection|connection reset by peer|Broken pipe); gave up(; \\d+ bytes may not have been delivered)?\n$", result.Error);
        Assert.Equal("1\n", result.Text);
        Assert.Equal("124\n", (await unlimited.FinishAsync()).Text);
    }
}
