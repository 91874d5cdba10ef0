using Chatctl.Tests.Connect;

namespace Chatctl.Tests.Terminal;

/// <summary>The line that tells a person at a terminal where the client is connected and how to leave it.</summary>
public sealed class GreetingTests
{
    [Fact]
    public async Task A_person_reads_where_it_is_connected_and_how_to_leave_above_the_line_that_is_typed()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.RunAsync($"clear; CHATCTL_QUIET= \"$CHATCTL\" connect {server.Address}");
        using Peer peer = await server.AcceptAsync();
        string expected = $"connected to {server.Address}; Ctrl-D or Ctrl-C leaves; -N NAME gives a name\n>";
        await screen.SeeAsync(text => text == expected, expected);
    }

    [Theory]
    [InlineData("", "", "\e[2mconnected to ADDRESS; Ctrl-D or Ctrl-C leaves; -N NAME gives a name\e[22m\r\n")]
    [InlineData("", "--plain", "connected to ADDRESS; Ctrl-D or Ctrl-C leaves; -N NAME gives a name\r\n")]
    [InlineData("", "--send-only", "\e[2mconnected to ADDRESS; Ctrl-D or Ctrl-C leaves; -N NAME gives a name\e[22m\r\n")]
    [InlineData("", "--recv-only", "\e[2mconnected to ADDRESS; Ctrl-C leaves\e[22m\r\n")]
    [InlineData("NO_COLOR=1", "--recv-only", "connected to ADDRESS; Ctrl-C leaves\r\n")]
    [InlineData("TERM=dumb", "--recv-only", "connected to ADDRESS; Ctrl-C leaves\r\n")]
    public async Task It_is_dim_unless_the_terminal_or_the_person_wants_no_colour(string environment, string option, string expected)
    {
        using var server = new ScriptedServer();
        using ToolProcess tool = OnTerminal(environment, server.Address, option);
        string text = await TextAsync(server, tool);
        Assert.Contains(expected.Replace("ADDRESS", server.Address, StringComparison.Ordinal), text, StringComparison.Ordinal);
        Assert.Equal(expected.Contains("\e[2m", StringComparison.Ordinal), text.Contains("\e[2m", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "--quiet")]
    [InlineData("CHATCTL_QUIET=1", "")]
    [InlineData("", "-m hello -n 1")]
    [InlineData("", "</dev/null")]
    [InlineData("", "| cat")]
    public async Task It_is_left_out_with_quiet_and_with_a_message_and_without_a_terminal_on_both_sides(string environment, string rest)
    {
        using var server = new ScriptedServer();
        using ToolProcess tool = OnTerminal(environment, server.Address, rest);
        Assert.DoesNotContain("connected to", await TextAsync(server, tool), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_to_standard_error_and_is_plain_text_in_a_file()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using ToolProcess tool = OnTerminal("", server.Address, $"--plain 2>{folder["error"]}");
        Assert.DoesNotContain("connected to", await TextAsync(server, tool), StringComparison.Ordinal);
        Assert.Equal($"connected to {server.Address}; Ctrl-D or Ctrl-C leaves; -N NAME gives a name\n", await File.ReadAllTextAsync(folder["error"]));
    }

    /// <summary>Starts the tool on its own terminal, with script(1).</summary>
    private static ToolProcess OnTerminal(string environment, string address, string rest) =>
        ToolProcess.Shell("export TERM=xterm; unset NO_COLOR; exec script -qec \"$1\" /dev/null", $"{environment} \"$CHATCTL\" connect {address} {rest}");

    /// <summary>Lets the server send one line and end the connection, and returns everything that the terminal showed.</summary>
    private static async Task<string> TextAsync(ScriptedServer server, ToolProcess tool)
    {
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("bye\n");
        peer.Finish();
        return (await tool.FinishAsync()).Text;
    }
}
