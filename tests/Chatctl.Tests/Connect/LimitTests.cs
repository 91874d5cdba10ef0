using static Chatctl.Tests.Connect.EndingTests;

namespace Chatctl.Tests.Connect;

/// <summary>How a time limit and a signal end the tool.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_listener_on_closed_input_ends_with_a_signal()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" <&-", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("x\n");
        Assert.Equal("x", await tool.ReadLineAsync());
        tool.Signal("TERM");
        Assert.Equal(143, (await tool.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task The_time_limit_ends_it_with_its_own_exit_code()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--timeout", "300ms");
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(124, result.ExitCode);
        AssertOneLine("--timeout", result.Error);
    }

    [Fact]
    public async Task The_time_limit_ends_it_while_standard_output_takes_nothing()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--timeout", "2s");
        using Peer peer = await server.AcceptAsync();

        // This is more than the pipe takes, and the test reads the pipe only after the process has ended.
        await peer.SendAsync(new byte[300_000]);
        Assert.Equal(124, await tool.ExitAsync());
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_it_with_the_exit_code_that_shells_expect(string signal, int code)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("x\n");
        Assert.Equal("x", await tool.ReadLineAsync());
        tool.Signal(signal);
        AssertQuiet(code, "", await tool.FinishAsync());
    }
}
