using System.Text;

namespace Chatctl.Tests.Connect;

/// <summary>How a client ends, and what its exit code says.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task The_server_is_told_of_the_end_of_input_and_confirms_it_by_its_own_end()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("one\ntwo\n");
        tool.CloseInput();
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(await peer.ReadToEndAsync()));
        await peer.SendAsync("late\n");
        peer.Finish();
        AssertQuiet(0, "late\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task Input_without_a_byte_makes_a_listener()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        tool.CloseInput();
        await ListensToTheEnd(server, tool);
    }

    [Fact]
    public async Task Input_that_is_closed_makes_a_listener()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" <&-", server.Address);
        await ListensToTheEnd(server, tool);
    }

    [Fact]
    public async Task The_end_of_the_server_ends_it_while_input_is_open()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("bye\n");
        peer.Finish();
        AssertQuiet(0, "bye\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_server_that_ends_before_the_input_leaves_the_sent_bytes_in_doubt()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("hello\n");
        Assert.Equal("hello\n", await peer.ReadAsync(6));
        peer.Finish();
        AssertFailed("closed the connection before confirming; 6 bytes may not have been delivered", await tool.FinishAsync());
    }

    [Fact]
    public async Task An_end_that_came_before_the_end_of_input_confirms_nothing_even_if_it_is_read_later()
    {
        using var server = new ScriptedServer();

        // Nothing reads standard output until the input has ended. So the server's end waits behind bytes that do not fit into the pipe.
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("a");
        Assert.Equal("a", await peer.ReadAsync(1));
        byte[] tail = new byte[150_000];
        await peer.SendAsync(tail);
        peer.Finish();
        await peer.AwaitFinishTakenAsync();
        tool.CloseInput();
        Assert.Empty(await peer.ReadToEndAsync());
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("before confirming; 1 byte may not", result.Error, StringComparison.Ordinal);
        Assert.Equal(tail, result.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello\n")]
    public async Task A_reset_is_never_a_success(string sent)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync(sent);
        await peer.ReadAsync(sent.Length);

        // A reset that comes before the tool knows of its connection would be a failure to connect.
        await peer.SendAsync("here\n");
        Assert.Equal("here", await tool.ReadLineAsync());
        peer.Reset();
        ToolResult result = await tool.FinishAsync();
        AssertFailed($"{server.Address} reset the connection", result);
        Assert.Equal(sent.Length > 0, result.Error.Contains("6 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reset_instead_of_the_confirmation_is_a_failure()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("hello\n");
        tool.CloseInput();
        await peer.ReadToEndAsync();
        peer.Reset();
        AssertFailed("reset the connection; 6 bytes", await tool.FinishAsync());
    }

    [Fact]
    public async Task Silence_instead_of_the_confirmation_is_a_failure()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--drain-timeout", "200ms");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("hello\n");
        tool.CloseInput();
        AssertFailed("was silent for 0.2 s and did not confirm the end of input; 6 bytes", await tool.FinishAsync());
    }

    [Fact]
    public async Task What_the_server_still_sends_may_take_longer_than_the_drain_timeout()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--drain-timeout", "5s");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("x\n");
        tool.CloseInput();
        await peer.ReadToEndAsync();
        for (int i = 0; i < 6; i++)
        {
            await peer.SendAsync("y\n");
            await Task.Delay(1000);
        }

        peer.Finish();
        AssertQuiet(0, string.Concat(Enumerable.Repeat("y\n", 6)), await tool.FinishAsync());
    }

    [Fact]
    public async Task Lingering_delays_the_end_so_that_answers_can_arrive()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-q", "5s");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("ask\n");
        tool.CloseInput();
        Assert.Equal("ask\n", await peer.ReadAsync(4));
        Assert.True(peer.IsSilent());
        await peer.SendAsync("answer\n");
        Assert.Empty(await peer.ReadToEndAsync());
        peer.Finish();
        AssertQuiet(0, "answer\n", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("one\ntwo", true)]
    [InlineData("one\n", false)]
    [InlineData("one\0", false)]
    public async Task An_end_in_the_middle_of_a_line_is_a_failure_if_the_server_was_not_asked_to_end(string received, bool isCut)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--recv-only");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync(received);
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(received, result.Text);
        Assert.Equal(isCut ? 1 : 0, result.ExitCode);
        Assert.Equal(isCut ? $"chatctl: tcp://{server.Address} closed the connection in the middle of a line\n" : "", result.Error);
    }

    [Fact]
    public async Task The_last_answer_may_lack_its_line_end()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-m", "what time is it", "--recv");
        using Peer peer = await server.AcceptAsync();
        await peer.ReadToEndAsync();
        await peer.SendAsync("noon");
        peer.Finish();
        AssertQuiet(0, "noon", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_reset_is_reported_as_a_reset_whichever_thread_notices_it_first()
    {
        // Chance decides which thread that is. Many rounds see both.
        for (int i = 0; i < 10; i++)
        {
            using var server = new ScriptedServer();
            using var tool = ToolProcess.Start("connect", server.Address);
            using Peer peer = await server.AcceptAsync();
            Task sending = tool.SendAsync(new byte[20_000_000]);
            await peer.ReadAsync(1);
            await Task.Delay(50);
            peer.Reset();
            AssertFailed("reset the connection; ", await tool.FinishAsync());
            await Assert.ThrowsAnyAsync<IOException>(() => sending);
        }
    }

    [Fact]
    public async Task A_client_that_has_sent_nothing_and_may_listen_succeeds_when_the_server_leaves()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        peer.Finish();
        AssertQuiet(0, "", await tool.FinishAsync());
    }

    private static async Task ListensToTheEnd(ScriptedServer server, ToolProcess tool)
    {
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("one\n");
        Assert.Equal("one", await tool.ReadLineAsync());
        Assert.True(peer.IsSilent());
        await peer.SendAsync("two\n");
        peer.Finish();
        AssertQuiet(0, "two\n", await tool.FinishAsync());
    }

    internal static void AssertQuiet(int code, string output, ToolResult result)
    {
        Assert.Equal("", result.Error);
        Assert.Equal(output, result.Text);
        Assert.Equal(code, result.ExitCode);
    }

    internal static void AssertFailed(string message, ToolResult result)
    {
        AssertOneLine(message, result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(1, result.ExitCode);
    }

    internal static void AssertOneLine(string message, string error)
    {
        Assert.StartsWith("chatctl: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(error.Length - 1, error.IndexOf('\n', StringComparison.Ordinal));
    }
}
