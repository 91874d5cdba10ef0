using Chatctl.Tests.Connect;

namespace Chatctl.Tests;

/// <summary>The tool's messages about its own command line. A mistake gets one line on standard error, nothing on standard output, and exit code 2.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("no verb given", "")]
    [InlineData("unknown verb 'conect'; did you mean 'connect'?", "conect")]
    [InlineData("unknown verb 'zzz' (try: chatctl --help)", "zzz")]
    [InlineData("unknown option '--zzz' (try: chatctl --help)", "--zzz")]
    [InlineData("unknown option '--timout'; did you mean '--timeout'?", "connect --timout 3")]
    [InlineData("--count: the value is missing; it must be a whole number", "connect -n")]
    [InlineData("--count: 'x' is not a whole number", "connect -n x")]
    [InlineData("--count: 0 is out of range: 1 or more", "connect --count=0")]
    [InlineData("--timeout: 600h is out of range: from 0 to 576h", "connect --timeout 600h")]
    [InlineData("--max-line: 1025g is out of range: from 2 bytes to 1g", "serve --max-line 1025g")]
    [InlineData("--retry: 'soon' is not a duration such as 500ms, 10s or 5m, yes or no", "connect --retry=soon")]
    [InlineData("--send-only: 'maybe' is not yes or no", "connect --send-only=maybe")]
    [InlineData("--send-only and --count exclude each other", "connect --send-only -n 1")]
    [InlineData("--send-only and --timestamps exclude each other", "connect --send-only --timestamps")]
    [InlineData("--send-only and --json exclude each other", "connect --send-only --json")]
    [InlineData("--send-only and --tee exclude each other", "connect --send-only --tee x")]
    [InlineData("--recv-only and --message exclude each other", "connect --recv-only -m x")]
    [InlineData("--json and --timestamps exclude each other", "connect --timestamps --json")]
    [InlineData("--null and --crlf exclude each other", "connect -0 -C")]
    [InlineData("--timeout: 'soon' is not a duration such as 500ms, 10s or 5m", "connect --timeout soon")]
    [InlineData("one endpoint to connect to, not 2: tcp://a:9000, tcp://b:9000", "connect a b")]
    [InlineData("--recv-only and --send-only exclude each other", "connect --recv-only --send-only")]
    [InlineData("'ksh' is not one of bash, zsh, fish, pwsh", "completion ksh")]
    [InlineData("no shell given; the argument is one of bash, zsh, fish, pwsh", "completion")]
    [InlineData("--framing: 'words' is not one of line, nul, raw", "serve --framing words")]
    [InlineData("--json and --names exclude each other", "transports --json --names")]
    [InlineData("'99999' is not a port", "connect localhost:99999")]
    [InlineData("'-x' is neither a host name nor an IP address", "connect -- -x")]
    public async Task A_mistake_gets_one_line(string message, string commandLine)
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
        Connect.EndingTests.AssertOneLine("CHATCTL_COUNT: 'many' is not a whole number", result.Error);
        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task A_flag_wins_over_the_environment()
    {
        using var tool = ToolProcess.Start(
            new Dictionary<string, string> { ["CHATCTL_COUNT"] = "many" }, "connect", "--count", "1", "--", Connect.ScriptedServer.ClosedAddress());
        Connect.EndingTests.AssertFailed("connection refused", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_flag_wins_over_a_contrary_variable()
    {
        using var server = new Connect.ScriptedServer();
        using var tool = ToolProcess.Start(
            new Dictionary<string, string> { ["CHATCTL_RECV_ONLY"] = "1", ["CHATCTL_COUNT"] = "5" }, "connect", server.Address, "--send-only");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("x\n");
        tool.CloseInput();
        Assert.Equal("x\n"u8.ToArray(), await peer.ReadToEndAsync());
        peer.Finish();
        Connect.EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("yes", "--recv-only=no")]
    [InlineData("", "-v=false")]
    [InlineData("0", "-v=0")]
    [InlineData("no", "-v=off")]
    public async Task A_switch_that_the_environment_has_set_can_be_switched_off(string variable, string flag)
    {
        using var server = new Connect.ScriptedServer();
        using var tool = ToolProcess.Start(
            new Dictionary<string, string> { ["CHATCTL_RECV_ONLY"] = variable }, "connect", server.Address, flag);
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("x\n");
        tool.CloseInput();
        Assert.Equal("x\n"u8.ToArray(), await peer.ReadToEndAsync());
        peer.Finish();
        Connect.EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task Two_contrary_variables_are_a_mistake()
    {
        using var tool = ToolProcess.Start(
            new Dictionary<string, string> { ["CHATCTL_RECV_ONLY"] = "1", ["CHATCTL_SEND_ONLY"] = "1" }, "connect", "1");
        ToolResult result = await tool.FinishAsync();
        Connect.EndingTests.AssertOneLine("CHATCTL_RECV_ONLY and CHATCTL_SEND_ONLY exclude each other", result.Error);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData("--help", "Join a room")]
    [InlineData("--help", "Examples:\n")]
    [InlineData("--help", "\n  chatctl connect\n")]
    [InlineData("--help", "\n  man  ")]
    [InlineData("connect --help", "\n  chatctl connect\n")]
    [InlineData("connect --help", "\n      --retry[=TIME]  ")]
    [InlineData("Connect --help", "\n  chatctl connect\n")]
    [InlineData("connect -h", "--linger")]
    [InlineData("serve --help", "\nExamples:\n  # ")]
    [InlineData("serve -h", "--stall-timeout")]
    [InlineData("bench -h", "--self-test")]
    [InlineData("transports --help", "\n  chatctl transports\n")]
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
    public async Task A_stack_trace_is_shown_with_v_only()
    {
        Assert.Contains("   at Chatctl.", await FailAsync("-v"), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await FailAsync("--recv-only"), StringComparison.Ordinal);

        static async Task<string> FailAsync(string option)
        {
            using var server = new ScriptedServer();
            using var tool = ToolProcess.Start("connect", server.Address, "--tee", "/dev/full", option);
            using Peer peer = await server.AcceptAsync();
            await peer.SendAsync("a line\n");
            return (await tool.FinishAsync()).Error;
        }
    }

    [Fact]
    public async Task A_connection_that_is_lost_or_never_made_has_no_stack_trace()
    {
        using var nowhere = ToolProcess.Start("connect", "unix:/nowhere/room.sock", "-v");
        Assert.Equal(1, (await nowhere.FinishAsync()).Error.Count(letter => letter == '\n'));
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-v");
        using (Peer peer = await server.AcceptAsync())
        {
            await tool.SendAsync("a line\n");
            await peer.ReadLineAsync();
            peer.Reset();
        }

        // The first line says to whom it is connected.
        string[] lines = (await tool.FinishAsync()).Error.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains("reset the connection", lines[1], StringComparison.Ordinal);
    }
}
