namespace Chatctl.Tests;

/// <summary>What the tool says about its own command line. A mistake is one line on standard error, nothing on standard output, and exit code 2.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("no verb given", "")]
    [InlineData("unknown verb 'conect'; did you mean 'connect'?", "conect")]
    [InlineData("unknown verb 'zzz' (try: chatctl --help)", "zzz")]
    [InlineData("unknown option '--zzz' (try: chatctl --help)", "--zzz")]
    [InlineData("unknown option '--timout'; did you mean '--timeout'?", "connect --timout 3")]
    [InlineData("missing value for option", "connect -n")]
    [InlineData("--count: 'x' is not a number from 1", "connect -n x")]
    [InlineData("--count: '0' is not a number from 1", "connect --count=0")]
    [InlineData("--timeout: 'soon' is not a duration such as 500ms, 10s or 5m", "connect --timeout soon")]
    [InlineData("one endpoint to connect to, not 2: tcp://a:9000, tcp://b:9000", "connect a b")]
    [InlineData("--recv-only and --send-only exclude each other", "connect --recv-only --send-only")]
    [InlineData("'99999' is not a port", "connect localhost:99999")]
    [InlineData("'-x' is neither a host name nor an IP address", "connect -- -x")]
    public async Task A_mistake_is_told_in_one_line(string message, string commandLine)
    {
        using var tool = ToolProcess.Start(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        ToolResult result = await tool.FinishAsync();
        Connect.EndingTests.AssertOneLine(message, result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task An_option_may_come_from_the_environment_and_the_message_says_so()
    {
        using var tool = ToolProcess.Start(new Dictionary<string, string> { ["CHATCTL_COUNT"] = "many" }, "connect", "1");
        ToolResult result = await tool.FinishAsync();
        Connect.EndingTests.AssertOneLine("CHATCTL_COUNT: 'many' is not a number from 1", result.Error);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task A_flag_wins_over_the_environment()
    {
        using var tool = ToolProcess.Start(
            new Dictionary<string, string> { ["CHATCTL_COUNT"] = "many" }, "connect", "--count", "1", "--", Connect.ScriptedServer.ClosedAddress());
        Connect.EndingTests.AssertFailed("connection refused", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("--help", "Join a room")]
    [InlineData("--help", "Examples:\n  chatctl connect")]
    [InlineData("connect --help", "Examples:\n  chatctl connect")]
    [InlineData("connect -h", "--linger")]
    [InlineData("serve --help", "Examples:\n  chatctl serve")]
    [InlineData("serve -h", "--stall-timeout")]
    [InlineData("transports --help", "Examples:\n  chatctl transports")]
    [InlineData("--version", "0.")]
    public async Task Help_is_output(string commandLine, string part)
    {
        using var tool = ToolProcess.Start(commandLine.Split(' '));
        ToolResult result = await tool.FinishAsync();
        Assert.Contains(part, result.Text, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task A_stack_trace_is_only_for_those_who_ask()
    {
        using var tool = ToolProcess.Start("connect", "unix:/nowhere/room.sock", "-v");
        Assert.Contains("   at Chatctl.", (await tool.FinishAsync()).Error, StringComparison.Ordinal);
    }
}
