using System.Net.Sockets;
using System.Text;

namespace Chatctl.Tests.Connect;

/// <summary>Rare events, and events that happen at the same moment.</summary>
public sealed class AwkwardMomentTests
{
    [Fact]
    public async Task Input_that_ends_at_the_same_moment_as_the_server_is_a_failure_in_one_line_unless_the_two_ends_cross()
    {
        using var server = new ScriptedServer();
        for (int round = 0; round < 60; round++)
        {
            using var tool = ToolProcess.Start("connect", server.Address);
            using (Peer peer = await server.AcceptAsync())
            {
                await tool.SendAsync("x\n");
                await peer.ReadAsync(2);
            }

            Thread.SpinWait(round * 20_000);
            tool.CloseInput();
            ToolResult result = await tool.FinishAsync();
            if (result.ExitCode == 0)
            {
                // A busy system can hand over the server's FIN late, behind the FIN of this side. Then nothing tells it from an answer.
                EndingTests.AssertQuiet(0, "", result);
                continue;
            }

            EndingTests.AssertFailed("; 2 bytes may not have been delivered", result);
        }
    }

    [Fact]
    public async Task A_message_is_sent_even_if_enough_lines_have_arrived_before_it()
    {
        using var server = new ScriptedServer();
        async Task AskAsync()
        {
            for (int round = 0; round < 10; round++)
            {
                using var tool = ToolProcess.Start("connect", server.Address, "-m", "ping", "-n", "1");
                using Peer peer = await server.AcceptAsync();
                await peer.SendAsync("hello\nand more\n");
                Assert.Equal("ping\n"u8.ToArray(), await peer.ReadToEndAsync());
                peer.Finish();
                EndingTests.AssertQuiet(0, "hello\n", await tool.FinishAsync());
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AskAsync()));
    }

    [Fact]
    public async Task Enough_lines_end_it_in_time_even_if_the_input_never_ends_its_line_and_the_server_goes_on_sending()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-n", "1", "--drain-timeout", "500ms");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("abc");
        Assert.Equal("abc", await peer.ReadAsync(3));
        using var enough = new CancellationTokenSource();
        Task ticking = TickAsync(peer, enough.Token);
        ToolResult result = await tool.FinishAsync();
        await enough.CancelAsync();
        await ticking;
        Assert.Equal((1, "tick\n"), (result.ExitCode, result.Text));
        EndingTests.AssertOneLine("standard input did not end its line within 0.5 s; 3 bytes may not have been delivered", result.Error);
    }

    [Theory]
    [InlineData("--retry")]
    [InlineData("--recv-only=no")]
    public async Task The_server_does_not_get_the_beginning_of_a_line_that_never_ends_as_a_line(string option)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-n", "1", "--drain-timeout", "500ms", option);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("abc");
        Assert.Equal("abc", await peer.ReadAsync(3));
        await peer.SendAsync("enough\n");
        Assert.Equal(SocketError.ConnectionReset, await peer.ReadToFailureAsync());
        ToolResult result = await tool.FinishAsync();
        Assert.Equal((1, "enough\n"), (result.ExitCode, result.Text));
        EndingTests.AssertOneLine("standard input did not end its line within 0.5 s; 3 bytes may not have been delivered", result.Error);
    }

    [Fact]
    public async Task After_enough_lines_no_connection_follows_one_that_is_lost_in_the_middle_of_an_input_line()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-n", "1", "--retry");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("abc");
        Assert.Equal("abc", await peer.ReadAsync(3));
        await peer.SendAsync("enough\n");
        Assert.Equal("enough", await tool.ReadLineAsync());
        peer.Reset();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(1, result.ExitCode);
        EndingTests.AssertOneLine("reset the connection; 3 bytes may not have been delivered", result.Error);
    }

    [Fact]
    public async Task After_enough_lines_a_server_that_takes_nothing_is_named_as_the_cause()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-n", "1", "--drain-timeout", "500ms");
        using Peer peer = await server.AcceptAsync();

        // The input has no line ends. The rest of a line could still fit into the system's buffer, and then the tool would wait for the
        // confirmation instead.
        Task sending = await tool.FillAsync(Encoding.ASCII.GetBytes(new string('x', 80_000)));
        await peer.SendAsync("enough\n");
        ToolResult result = await tool.FinishAsync();
        Assert.Equal((1, "enough\n"), (result.ExitCode, result.Text));
        EndingTests.AssertOneLine("took nothing for 0.5 s; ", result.Error);
        await Assert.ThrowsAnyAsync<IOException>(() => sending);
    }

    [Theory]
    [InlineData("--json", "{\"time\":\"*\",\"text\":\"one\"}\n{\"time\":\"*\",\"text\":\"partial\"}\n")]
    [InlineData("", "one\npartial")]
    public async Task With_retries_a_last_line_without_an_end_is_printed_too(string option, string expected)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start([.. $"connect {server.Address} --retry {option}".Trim().Split(' ')]);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("x\n");
        tool.CloseInput();
        await peer.ReadToEndAsync();
        await peer.SendAsync("one\npartial");
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(expected, System.Text.RegularExpressions.Regex.Replace(result.Text, "(?<=\"time\":\")[^\"]*", "*"));
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public async Task The_exit_code_is_the_same_if_standard_error_takes_nothing(string error)
    {
        using var tool = ToolProcess.Shell($"exec \"$CHATCTL\" connect \"$1\" -v {error}", ScriptedServer.ClosedAddress());
        Assert.Equal(1, (await tool.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task A_message_that_is_not_UTF_8_is_refused_and_not_changed()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" -m $'caf\\xe9'", server.Address);
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine("is not a text in UTF-8", result.Error);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task Input_that_is_open_only_for_writing_makes_a_listener_as_under_nohup()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" 0>/dev/null", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("hello\n");
        peer.Finish();
        EndingTests.AssertQuiet(0, "hello\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task The_time_limit_includes_the_opening_of_files()
    {
        using var folder = new TemporaryFolder();
        using var tool = ToolProcess.Shell("mkfifo \"$2\" && exec \"$CHATCTL\" connect \"$1\" --tee \"$2\" --timeout 500ms", ScriptedServer.ClosedAddress(), folder["fifo"]);
        Assert.Equal(124, (await tool.FinishAsync()).ExitCode);
    }

    [Theory]
    [InlineData("connect ADDRESS --retry 300ms")]
    [InlineData("connect --retry 300ms ADDRESS")]
    [InlineData("connect --retry=300ms ADDRESS")]
    public async Task The_time_to_retry_may_stand_anywhere_after_the_option(string words)
    {
        string address = ScriptedServer.ClosedAddress();
        using var tool = ToolProcess.Start([.. words.Replace("ADDRESS", address, StringComparison.Ordinal).Split(' ')]);
        ToolResult result = await tool.FinishAsync();
        Assert.EndsWith("connection refused; gave up\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    private static async Task TickAsync(Peer peer, CancellationToken enough)
    {
        try
        {
            while (!enough.IsCancellationRequested)
            {
                await peer.SendAsync("tick\n");
                await Task.Delay(50, CancellationToken.None);
            }
        }
        catch (SocketException)
        {
            // The tool has gone.
        }
    }
}
