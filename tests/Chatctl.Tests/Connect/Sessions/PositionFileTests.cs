using static Chatctl.Tests.Connect.EndingTests;
using static Chatctl.Tests.Connect.Sessions.SessionPeer;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>What <c>--position</c> keeps for the next run.</summary>
public sealed class PositionFileTests
{
    [Fact]
    public async Task The_next_run_goes_on_after_the_last_line_that_was_printed()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using (var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "--position", folder["position"], "-n", "1"))
        {
            using SessionPeer peer = await WelcomeAsync(server, first: 5);
            Assert.False(peer.Hello.TryGetProperty("since", out _));
            await peer.SendAsync(Line(5, "five") + Line(6, "six"));
            AssertQuiet(0, "five\n", await tool.FinishAsync());
        }

        Assert.Equal("aaaa:5\n", await File.ReadAllTextAsync(folder["position"]));
        using (var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "--position", folder["position"], "--since", "all", "-n", "1"))
        {
            using SessionPeer peer = await WelcomeAsync(server, first: 6);
            Assert.Equal("aaaa:5", peer.Hello.GetProperty("since").GetString());
            await peer.SendAsync(Line(5, "five") + Line(6, "six"));
            AssertQuiet(0, "six\n", await tool.FinishAsync());
        }

        Assert.Equal("aaaa:6\n", await File.ReadAllTextAsync(folder["position"]));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(folder["position"])!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Own_lines_move_it_once_the_server_has_confirmed_the_end(bool isConfirmed)
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--position", folder["position"]);
        using SessionPeer peer = await WelcomeAsync(server);
        await tool.SendAsync("mine\n");
        Assert.Equal(["1 mine"], await peer.ReadTextsAsync(1));
        await peer.SendAsync(Line(99, "other"));
        Assert.Equal("other", await tool.ReadLineAsync());
        if (isConfirmed)
        {
            tool.CloseInput();
            await peer.ConfirmAsync();
        }
        else
        {
            await peer.SendAsync(Ack(1));
            peer.Dispose();
        }

        Assert.Equal(0, (await tool.FinishAsync()).ExitCode);
        Assert.Equal(isConfirmed ? "aaaa:100\n" : "aaaa:99\n", await File.ReadAllTextAsync(folder["position"]));
    }

    [Fact]
    public async Task A_quiet_room_does_not_delay_it()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "--position", folder["position"]);
        using SessionPeer peer = await WelcomeAsync(server);
        await peer.SendAsync(Line(1, "one"));
        Assert.Equal("one", await tool.ReadLineAsync());
        await peer.SendAsync(Line(2, "two"));
        Assert.Equal("two", await tool.ReadLineAsync());
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        while (!File.Exists(folder["position"]) || await File.ReadAllTextAsync(folder["position"], patience.Token) != "aaaa:2\n")
        {
            await Task.Delay(10, patience.Token);
        }
    }

    [Fact]
    public async Task It_is_never_ahead_of_what_the_output_took()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();

        // /dev/full takes nothing.
        using var tool = ToolProcess.Shell(
            "exec \"$CHATCTL\" connect \"$1\" --recv-only --since all --position \"$2\" >/dev/full", server.Address, folder["position"]);
        using SessionPeer peer = await WelcomeAsync(server, first: 5);
        await peer.SendAsync(Line(5, "five") + Line(6, "six"));
        AssertFailed("cannot write standard output", await tool.FinishAsync());
        Assert.True(!File.Exists(folder["position"]) || await File.ReadAllTextAsync(folder["position"]) == "aaaa:4\n");
    }

    [Fact]
    public async Task A_pipe_that_is_full_holds_it_back()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "--position", folder["position"]);
        using SessionPeer peer = await WelcomeAsync(server);
        string text = new('x', 60_000);
        long seq = 0;
        var sending = Task.Run(async () =>
        {
            while (seq < 1000)
            {
                await peer.SendAsync(Line(++seq, text));
            }
        });
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(2)));
        long printed = 0;
        if (File.Exists(folder["position"]))
        {
            printed = long.Parse((await File.ReadAllTextAsync(folder["position"])).Trim().Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        }

        // The pipe holds 64 KiB, which is one line.
        Assert.InRange(printed, 0, 2);
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["position"], "important\n");
        using var tool = ToolProcess.Start("connect", ScriptedServer.ClosedAddress(), "--position", folder["position"]);
        ToolResult result = await tool.FinishAsync();
        AssertOneLine($"--position: {folder["position"]} holds no position such as k3f9q2xw:1041", result.Error);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("important\n", await File.ReadAllTextAsync(folder["position"]));
    }

    [Fact]
    public async Task What_is_no_file_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        using var maker = System.Diagnostics.Process.Start("mkfifo", folder["pipe"]);
        await maker.WaitForExitAsync().Guard();
        foreach (string path in (string[])[folder["pipe"], Path.GetDirectoryName(folder["pipe"])!])
        {
            using var tool = ToolProcess.Start("connect", ScriptedServer.ClosedAddress(), "--position", path);
            ToolResult result = await tool.FinishAsync();
            AssertOneLine($"--position: {path} is no file", result.Error);
            Assert.Equal(2, result.ExitCode);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--position", "/proc/position");
        using SessionPeer peer = await WelcomeAsync(server);
        AssertFailed("--position: cannot write /proc/position", await tool.FinishAsync());
    }
}
