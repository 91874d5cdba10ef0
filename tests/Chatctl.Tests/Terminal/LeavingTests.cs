using System.Text;
using Chatctl.Tests.Connect;
using static Chatctl.Tests.Terminal.ConversationTests;

namespace Chatctl.Tests.Terminal;

/// <summary>How a conversation ends, and what it leaves on the terminal.</summary>
public sealed class LeavingTests
{
    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    public async Task A_signal_ends_it_and_leaves_the_terminal_as_it_was(string signal, int code)
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();

        // SIGQUIT would write a core file.
        await screen.RunAsync("ulimit -c 0");
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("half a line");
        await screen.SeeLastAsync("> half a line");
        using (var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{await screen.ToolAsync()}"]))
        {
            await kill.WaitForExitAsync().Guard();
        }

        await screen.SeeAsync(text => text.Split('\n')[^1] == "$", "the shell");
        await screen.RunAsync("echo \"code $?\"");
        Assert.Contains("> half a line\n", await screen.SeeAsync($"\ncode {code}\n"), StringComparison.Ordinal);
        await ShellIsItselfAsync(screen);
    }

    [Fact]
    public async Task The_interrupt_key_clears_the_line_and_on_an_empty_one_leaves()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("no");
        await screen.SeeLastAsync("> no");
        await screen.KeysAsync("C-c");
        await screen.SeeLastAsync(">");
        await screen.KeysAsync("C-c");
        await screen.SeeLastAsync("$");
        await screen.RunAsync("echo \"code $?\"");
        await screen.SeeAsync("\ncode 130\n");
        await ShellIsItselfAsync(screen);
        Assert.Empty(await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task The_end_key_ends_the_input_and_waits_for_the_server_to_confirm()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address, "; echo \"code $?\"");
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("bye");
        await screen.KeysAsync("Enter", "C-d");
        Assert.Equal("bye\n", Encoding.UTF8.GetString(await peer.ReadToEndAsync()));
        await peer.SendAsync("farewell\e[31m\n");
        peer.Finish();
        await screen.SeeAsync(text => text == "> bye\nfarewell^[[31m\ncode 0\n$", "the end");
        await ShellIsItselfAsync(screen);
    }

    [Fact]
    public async Task The_end_key_leaves_if_nothing_was_sent()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address, "; echo \"code $?\"");
        using Peer peer = await server.AcceptAsync();
        await screen.KeysAsync("C-d");
        await screen.SeeAsync(text => text == "code 0\n$", "the end");
    }

    [Fact]
    public async Task After_a_reset_the_typed_line_stays_and_the_error_has_its_own_row()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address, "; echo \"code $?\"");
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("half a line");
        await peer.SendAsync("begun");
        await screen.SeeAsync(text => text == "begun\n> half a line", "both");
        peer.Reset();
        string expected = $"begun\n> half a line\nchatctl: tcp://{server.Address} reset the connection\ncode 1\n$";
        await screen.SeeAsync(text => text == expected, expected);
        await ShellIsItselfAsync(screen);
    }

    [Fact]
    public async Task The_message_of_the_time_limit_has_its_own_row_and_the_terminal_is_as_it_was()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address, "--timeout 10s; echo \"code $?\"");
        await screen.TypeAsync("slow");
        await screen.SeeAsync(text => text == "chatctl: the time limit has passed (--timeout)\n> slow\ncode 124\n$", "the time limit");
        await ShellIsItselfAsync(screen);
    }
}
