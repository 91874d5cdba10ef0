using System.Text;
using static Chatctl.Tests.Connect.EndingTests;

namespace Chatctl.Tests.Connect;

/// <summary>When <c>--count</c> ends the tool, and what it leaves in the input.</summary>
public sealed class CountTests
{
    [Fact]
    public async Task Exactly_the_wanted_lines_are_printed()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-n", "3");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("1\n2");
        await peer.SendAsync("\n3\n4\n5");
        AssertQuiet(0, "1\n2\n3\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task Enough_lines_do_not_end_it_before_what_was_sent_is_confirmed()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--count=1");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("ask\n");
        Assert.Equal("ask\n", await peer.ReadAsync(4));
        await peer.SendAsync("answer\nmore\n");
        Assert.Empty(await peer.ReadToEndAsync());
        await peer.SendAsync("and more\n");
        peer.Finish();
        AssertQuiet(0, "answer\n", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("3")]
    [InlineData("9223372036854775807")]
    public async Task Fewer_lines_than_wanted_are_a_failure(string count)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "-n", count);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("1\n2\n");
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        AssertOneLine($"closed the connection after 2 of {count} lines", result.Error);
        Assert.Equal((1, "1\n2\n"), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task Enough_lines_do_not_cut_the_line_that_is_being_sent_and_the_next_line_stays_in_the_input()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("\"$CHATCTL\" connect \"$1\" -n 1; echo $?; cat", server.Address);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("begin");
        Assert.Equal("begin", await peer.ReadAsync(5));
        await peer.SendAsync("enough\nmore\n");
        Assert.Equal("enough", await tool.ReadLineAsync());
        Assert.True(peer.IsSilent());
        await tool.SendAsync("ning\n");
        Assert.Equal("ning\n"u8.ToArray(), await peer.ReadToEndAsync());
        await tool.SendAsync("next\n");
        peer.Finish();
        tool.CloseInput();
        AssertQuiet(0, "0\nnext\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task Enough_lines_do_not_cut_a_line_that_waits_until_the_server_reads()
    {
        string line = new string('x', 79) + "\n";
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-n", "1", "--drain-timeout", "20s");
        using Peer peer = await server.AcceptAsync();
        Task sending = await tool.FillAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 1000))));
        await peer.SendAsync("enough\n");
        Assert.Equal("enough", await tool.ReadLineAsync());
        byte[] rest = await peer.ReadToEndAsync();
        Assert.Equal(0, rest.Length % 80);
        Assert.All(rest.Chunk(80), chunk => Assert.Equal((byte)'\n', chunk[79]));
        peer.Finish();
        AssertQuiet(0, "", await tool.FinishAsync());
        await Assert.ThrowsAnyAsync<IOException>(() => sending);
    }

    [Fact]
    public async Task Enough_lines_leave_the_rest_of_the_input_to_the_script_around_it()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("\"$CHATCTL\" connect \"$1\" -n 1; echo $?; cat", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("enough\n");
        Assert.Equal("enough", await tool.ReadLineAsync());
        Assert.Equal("0", await tool.ReadLineAsync());
        await tool.SendAsync("next\n");
        tool.CloseInput();
        AssertQuiet(0, "next\n", await tool.FinishAsync());
    }
}
