using System.Text;

namespace Chatctl.Tests.Connect;

/// <summary>What <c>--retry</c> does when there is no server, and when it goes away.</summary>
public sealed class RetryTests
{
    [Fact]
    public async Task It_waits_for_a_server_that_starts_later_and_reports_the_wait_once()
    {
        using var server = new ScriptedServer(listens: false);
        using var tool = ToolProcess.Start("connect", server.Address, "--retry");
        await tool.ErrorLineAsync("connection refused; retrying");
        await Task.Delay(TimeSpan.FromSeconds(2));
        server.Listen();
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("hello\n");
        tool.CloseInput();
        Assert.Equal("hello\n"u8.ToArray(), await peer.ReadToEndAsync());
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            $"chatctl: cannot connect to tcp://{server.Address}: connection refused; retrying\nchatctl: connected to tcp://{server.Address}\n", result.Error);
    }

    [Theory]
    [InlineData("--retry=500ms")]
    [InlineData("--retry 500ms")]
    public async Task It_gives_up_after_the_given_time_without_a_connection(string option)
    {
        string address = ScriptedServer.ClosedAddress();
        using var tool = ToolProcess.Start(["connect", .. option.Split(' '), address]);
        ToolResult result = await tool.FinishAsync();
        Assert.EndsWith("connection refused; gave up\n", result.Error, StringComparison.Ordinal);
        Assert.Equal((1, 2), (result.ExitCode, result.Error.Count(c => c == '\n')));
    }

    [Fact]
    public async Task A_time_that_is_out_of_range_names_the_option_and_is_not_taken_for_an_endpoint()
    {
        using var tool = ToolProcess.Start("connect", "--retry", "600h");
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine("--retry: 600h is out of range: from 0 to 576h", result.Error);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listener_stays_when_the_server_goes_and_says_that_lines_may_have_been_missed(bool byReset)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "--retry", "-n", "2");
        using (Peer peer = await server.AcceptAsync())
        {
            await peer.SendAsync("one\ntorn");
            Assert.Equal("one", await tool.ReadLineAsync());
            if (byReset)
            {
                peer.Reset();
            }
        }

        using Peer again = await server.AcceptAsync();
        await again.SendAsync("two\n");
        ToolResult result = await tool.FinishAsync();
        Assert.Equal("two\n", result.Text);
        Assert.Equal(
            $"chatctl: tcp://{server.Address} {(byReset ? "reset" : "closed")} the connection; reconnecting\n"
                + $"chatctl: connected to tcp://{server.Address} again; lines may have been missed\n",
            result.Error);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_sent_over_a_lost_connection_are_in_doubt_except_for_the_line_that_is_sent_again(bool byReset)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--send-only", "--retry");
        using (Peer peer = await server.AcceptAsync())
        {
            await tool.SendAsync("whole\nbegin");
            Assert.Equal("whole\nbegin", await peer.ReadAsync(11));
            if (byReset)
            {
                peer.Reset();
            }
        }

        await tool.ErrorLineAsync("the connection; 6 bytes may not have been delivered; reconnecting");
        await tool.SendAsync("ning\nlast\n");
        using Peer again = await server.AcceptAsync();
        Assert.Equal("beginning\nlast\n", await again.ReadAsync(15));
        tool.CloseInput();
        Assert.Empty(await again.ReadToEndAsync());
        again.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.EndsWith($"a connection to tcp://{server.Address} was lost; 6 bytes may not have been delivered\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_server_that_still_reads_gets_a_reset_and_not_half_a_line()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--retry");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("begin");
        Assert.Equal("begin", await peer.ReadAsync(5));
        peer.Finish();
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, await peer.ReadToFailureAsync());
        using Peer again = await server.AcceptAsync();
        tool.CloseInput();
        Assert.Equal("begin"u8.ToArray(), await again.ReadToEndAsync());
        again.Finish();

        // Nothing is in doubt, because the bytes of the first connection were sent again.
        Assert.Equal(0, (await tool.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task Input_waits_for_a_connection_and_is_not_lost()
    {
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i}\n")));
        using var server = new ScriptedServer(listens: false);
        using var tool = ToolProcess.Start("connect", server.Address, "--retry");
        Task sending = tool.SendAsync(input).ContinueWith(_ => tool.CloseInput(), TaskScheduler.Default);
        await tool.ErrorLineAsync("retrying");
        Assert.False(sending.IsCompleted);
        server.Listen();
        using Peer peer = await server.AcceptAsync();
        Assert.Equal(input, await peer.ReadToEndAsync());
        peer.Finish();
        Assert.Equal(0, (await tool.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task A_missing_receipt_is_a_failure_and_no_connection_follows()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--retry");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("hello\n");
        tool.CloseInput();
        await peer.ReadToEndAsync();
        peer.Reset();
        EndingTests.AssertFailed("reset the connection; 6 bytes may not have been delivered", await tool.FinishAsync());
    }

    [Fact]
    public async Task It_ends_when_the_input_ends_without_a_connection_and_all_of_it_was_sent()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--retry");
        using (Peer peer = await server.AcceptAsync())
        {
            await tool.SendAsync("hello\n");
            Assert.Equal("hello\n", await peer.ReadAsync(6));
            server.Dispose();
        }

        await tool.ErrorLineAsync("6 bytes may not have been delivered; reconnecting");
        tool.CloseInput();
        ToolResult result = await tool.FinishAsync();
        Assert.EndsWith("6 bytes may not have been delivered\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task It_ends_when_the_reader_of_the_output_goes_away_although_there_is_no_connection()
    {
        using var tool = ToolProcess.Shell(
            "\"$CHATCTL\" connect \"$1\" --retry 2>/dev/null | sleep 0.5; echo ${PIPESTATUS[0]}", ScriptedServer.ClosedAddress());
        EndingTests.AssertQuiet(0, "141\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task The_environment_variable_switches_it_on_and_a_flag_switches_it_off()
    {
        var environment = new Dictionary<string, string> { ["CHATCTL_RETRY"] = "1" };
        using var tool = ToolProcess.Start(environment, "connect", ScriptedServer.ClosedAddress());
        await tool.ErrorLineAsync("; retrying");
        using var other = ToolProcess.Start(environment, "connect", ScriptedServer.ClosedAddress(), "--retry=no");
        EndingTests.AssertFailed("connection refused", await other.FinishAsync());
    }
}
