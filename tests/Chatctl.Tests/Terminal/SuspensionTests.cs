using System.Diagnostics;
using Chatctl.Tests.Connect;

namespace Chatctl.Tests.Terminal;

/// <summary>What happens when a person or a process stops it, and when it is in the background.</summary>
public sealed class SuspensionTests
{
    [Fact]
    public async Task It_can_be_suspended_and_resumed()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("half a line");
        await screen.SeeLastAsync("> half a line");
        await screen.KeysAsync("C-z");
        await screen.SeeAsync("Stopped");
        await ConversationTests.ShellIsItselfAsync(screen);
        await peer.SendAsync("meanwhile\n");
        await screen.RunAsync("fg");
        await screen.SeeAsync("meanwhile\n> half a line");
        await screen.TypeAsync(" and the rest");
        await EditsAsync(screen, peer, "half a line and the rest");
    }

    [Fact]
    public async Task Started_in_the_background_it_stops_until_it_is_in_the_foreground_and_can_be_killed_meanwhile()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        string start = $"clear; \"$CHATCTL\" connect {server.Address} & until jobs %1 | grep -q Stopped; do sleep 0.1; done;";
        await screen.RunAsync($"{start} kill %1; while jobs -s | grep -q .; do sleep 0.1; done; wait $!; echo \"code $?\"");
        await screen.SeeAsync("\ncode 143\n");
        await ConversationTests.ShellIsItselfAsync(screen);

        await screen.RunAsync($"{start} fg");
        using Peer peer = await server.AcceptAsync();
        await screen.SeeLastAsync(">");
        await screen.TypeAsync("here I am");
        await EditsAsync(screen, peer, "here I am");
        await screen.KeysAsync("C-d");
        peer.Finish();
        await screen.SeeLastAsync("$");
        await ConversationTests.ShellIsItselfAsync(screen);
    }

    [Fact]
    public async Task After_a_SIGSTOP_from_another_process_it_resumes_as_it_was()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("half a line");
        await screen.SeeLastAsync("> half a line");
        await KillAsync("STOP", await screen.ToolAsync());
        await screen.SeeAsync("Stopped");
        await screen.RunAsync("fg");
        await screen.SeeLastAsync("> half a line");
        await EditsAsync(screen, peer, "half a line");
    }

    [Fact]
    public async Task After_a_SIGTSTP_from_another_process_it_gives_the_terminal_back_and_resumes_as_it_was()
    {
        // This shell does not change the terminal. An interactive shell would restore the mode by itself.
        const string Modes = "stty -a | tr \" ;\" \"\\n\\n\" | grep -E \"^-?(icanon|echo|isig)$\" | xargs echo modes";
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.RunAsync($"clear; bash -c 'set -m; \"$CHATCTL\" connect {server.Address}; {Modes}; read -r; clear; fg >/dev/null'");
        using Peer peer = await server.AcceptAsync();
        await screen.SeeLastAsync(">");
        await screen.TypeAsync("half a line");
        await screen.SeeLastAsync("> half a line");
        await KillAsync("TSTP", await screen.ToolAsync());
        await screen.SeeAsync("modes isig icanon echo");
        await screen.KeysAsync("Enter");
        await screen.SeeLastAsync("> half a line");
        await EditsAsync(screen, peer, "half a line");
    }

    [Fact]
    public async Task A_SIGCONT_while_it_runs_changes_nothing()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("half a line");
        await KillAsync("CONT", await screen.ToolAsync());
        await Task.Delay(500);
        await EditsAsync(screen, peer, "half a line");
    }

    /// <summary>Checks that keys edit the line. They do so only while the terminal passes every key on.</summary>
    private static async Task EditsAsync(TmuxScreen screen, Peer peer, string typed)
    {
        await screen.KeysAsync("Home");
        await screen.TypeAsync("<");
        await screen.KeysAsync("End", "Left", "Right");
        await screen.TypeAsync(">");
        await screen.SeeLastAsync($"> <{typed}>");
        await screen.KeysAsync("Enter");
        Assert.Equal($"<{typed}>\n", await peer.ReadAsync(typed.Length + 3));
    }

    private static async Task KillAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync().Guard();
    }
}
