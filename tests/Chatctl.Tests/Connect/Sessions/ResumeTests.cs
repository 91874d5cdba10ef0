using System.Text;
using Chatctl.Connect.Sessions;
using static Chatctl.Tests.Connect.Sessions.SessionPeer;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>What <c>--retry</c> does for a session after a lost connection.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task It_goes_on_where_it_was_in_both_directions_and_nothing_is_in_doubt()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "--retry");
        string client;
        using (SessionPeer peer = await WelcomeAsync(server, name: "ann"))
        {
            client = peer.Client;
            await peer.SendAsync(Line(1, "one"));
            Assert.Equal("one", await tool.ReadLineAsync());
            await tool.SendAsync("a\nb\nc\n");
            Assert.Equal(["1 a", "2 b", "3 c"], await peer.ReadTextsAsync(3));
            await peer.SendAsync(Ack(1) + Line(3, "three"));
            Assert.Equal("three", await tool.ReadLineAsync());
            peer.Peer.Reset();
        }

        using SessionPeer again = await WelcomeAsync(server, first: 2, resumed: true, name: "ann");
        Assert.Equal((client, "aaaa:3"), (again.Client, again.Hello.GetProperty("since").GetString()));

        // Standard input is silent: what is sent again does not wait for more of it.
        Assert.Equal(["2 b", "3 c"], await again.ReadTextsAsync(2));

        // A line that was printed already is not printed again.
        await again.SendAsync(Line(2, "two") + Line(3, "three") + Ack(3) + Line(6, "six"));
        Assert.Equal("six", await tool.ReadLineAsync());
        await tool.SendAsync("d\n");
        Assert.Equal(["4 d"], await again.ReadTextsAsync(1));
        tool.CloseInput();
        await again.ConfirmAsync();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(
            $"chatctl: tcp://{server.Address} reset the connection; reconnecting\nchatctl: connected to tcp://{server.Address} again\n", result.Error);
        Assert.Equal((0, ""), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task After_a_loss_at_each_byte_the_lines_are_sent_again_whole()
    {
        int length = ClientWireLength();

        // Several at once: each has its own connections, and waits only for the pause before the second one.
        await Parallel.ForAsync(0, length + 1, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (at, _) =>
        {
            using var own = new ScriptedServer();
            using var tool = ToolProcess.Start("connect", own.Address, "-N", "guest", "--retry");
            using (SessionPeer peer = await WelcomeAsync(own))
            {
                await tool.SendAsync("one\ntwo\nthree\n");
                tool.CloseInput();
                await peer.Peer.ReadAsync(at);
                peer.Peer.Reset();
            }

            using SessionPeer again = await WelcomeAsync(own, resumed: true);
            Assert.Equal(["1 one", "2 two", "3 three"], await again.ReadTextsAsync(3));
            Assert.Empty(await again.ConfirmAsync());
            Assert.Equal(0, (await tool.FinishAsync()).ExitCode);
        });
    }

    [Fact]
    public async Task A_loss_after_the_half_close_is_resumed_until_all_is_acknowledged()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-m", "hello", "-N", "guest", "--retry");
        using (SessionPeer peer = await WelcomeAsync(server))
        {
            Assert.Equal("""{"n":1,"text":"hello"}""" + "\n", Encoding.UTF8.GetString(await peer.Peer.ReadToEndAsync()));
            peer.Peer.Reset();
        }

        using (SessionPeer again = await WelcomeAsync(server, resumed: true))
        {
            Assert.Equal("""{"n":1,"text":"hello"}""" + "\n", Encoding.UTF8.GetString(await again.Peer.ReadToEndAsync()));
            await again.SendAsync(Ack(1));

            // The receipt does not come, but the ack says the same.
            again.Peer.Reset();
        }

        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task A_close_before_the_acks_is_a_loss_like_any_other()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-m", "hello", "-N", "guest", "--retry");
        using (SessionPeer peer = await WelcomeAsync(server))
        {
            // A forwarder on the way closes like this when it dies.
            await peer.Peer.ReadToEndAsync();
            peer.Peer.Finish();
        }

        using SessionPeer again = await WelcomeAsync(server, resumed: true);
        Assert.Equal("""{"n":1,"text":"hello"}""" + "\n", await again.ConfirmAsync());
        Assert.Equal(0, (await tool.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task A_server_that_has_started_anew_gets_the_lines_again_and_what_is_in_doubt_is_told()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest", "--retry");
        using (SessionPeer peer = await WelcomeAsync(server))
        {
            await peer.SendAsync(Line(1, "one"));
            Assert.Equal("one", await tool.ReadLineAsync());
            await tool.SendAsync("a\nb\n");
            Assert.Equal(["1 a", "2 b"], await peer.ReadTextsAsync(2));
            peer.Peer.Reset();
        }

        using SessionPeer again = await WelcomeAsync(server, epoch: "bbbb", gap: """{"epoch":"aaaa"}""");
        Assert.Equal(["1 a", "2 b"], await again.ReadTextsAsync(2));

        // The numbers begin again too.
        await again.SendAsync(Line(1, "new one"));
        Assert.Equal("new one", await tool.ReadLineAsync());
        tool.CloseInput();
        await again.ConfirmAsync();
        ToolResult result = await tool.FinishAsync();
        Assert.Contains($"tcp://{server.Address} has started anew: 2 lines may arrive twice, and lines after aaaa:1 may have been missed\n", result.Error, StringComparison.Ordinal);
        Assert.EndsWith($"tcp://{server.Address}: 2 lines may arrive twice, and lines after aaaa:1 may have been missed\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData(41, "lines 2 to 3 of the input were", "2 lines of the input were")]
    [InlineData(42, "line 3 of the input was", "1 line of the input was")]
    [InlineData(40, "lines 1 to 3 of the input were", "3 lines of the input were")]
    public async Task Own_lines_that_had_an_ack_and_are_behind_what_the_server_has_left_are_told(int left, string lines, string count)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest", "--retry", "--send-only");
        await AcknowledgeThreeAsync(server, tool);
        using SessionPeer again = await WelcomeAsync(server, first: 45, epoch: "bbbb", resumed: true, epochs: $$"""[{"epoch":"aaaa","last":{{left}}}]""");
        tool.CloseInput();
        await again.ConfirmAsync();
        ToolResult result = await tool.FinishAsync();
        Assert.Contains($"chatctl: tcp://{server.Address} has lost its last lines: {lines} acknowledged and may be lost\n", result.Error, StringComparison.Ordinal);
        Assert.EndsWith($"chatctl: tcp://{server.Address}: {count} acknowledged and may be lost\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData("""[{"epoch":"older","last":7},{"epoch":"aaaa","last":43}]""")]
    [InlineData(null)]
    public async Task A_new_epoch_is_no_loss_if_all_own_lines_are_left_or_an_ack_never_meant_that_they_are_kept(string? epochs)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest", "--retry", "--send-only");
        await AcknowledgeThreeAsync(server, tool);
        using SessionPeer again = await WelcomeAsync(server, first: 45, epoch: "bbbb", resumed: true, epochs: epochs);
        tool.CloseInput();
        await again.ConfirmAsync();
        ToolResult result = await tool.FinishAsync();
        Assert.DoesNotContain("lost its", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Who_has_got_lines_that_the_server_has_lost_is_told_their_numbers()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--recv-only", "--since", "aaaa:44", "-n", "1");
        using SessionPeer peer = await WelcomeAsync(server, first: 42, epoch: "bbbb", gap: """{"epoch":"aaaa"}""", epochs: """[{"epoch":"aaaa","last":41}]""");
        await peer.SendAsync(Line(42, "another"));
        ToolResult result = await tool.FinishAsync();
        Assert.Equal("another\n", result.Text);
        Assert.Contains($"tcp://{server.Address} has lost its last lines: lines 42 to 44 and any after them are lost\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_server_that_has_forgotten_the_client_but_no_line_leaves_no_doubt_if_all_was_acknowledged()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest", "--retry", "-n", "2");
        using (SessionPeer peer = await WelcomeAsync(server))
        {
            await tool.SendAsync("a\n");
            Assert.Equal(["1 a"], await peer.ReadTextsAsync(1));
            await peer.SendAsync(Ack(1) + Line(2, "two"));
            Assert.Equal("two", await tool.ReadLineAsync());
            peer.Peer.Reset();
        }

        using SessionPeer again = await WelcomeAsync(server, first: 3, resumed: false);
        await again.SendAsync(Line(3, "three"));
        ToolResult result = await tool.FinishAsync();
        Assert.DoesNotContain("twice", result.Error, StringComparison.Ordinal);
        Assert.Equal((0, "three\n"), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task Lines_that_are_gone_after_a_loss_are_named_and_the_exit_code_says_it()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--since", "all", "--recv-only", "--retry", "-n", "2");
        using (SessionPeer peer = await WelcomeAsync(server))
        {
            await peer.SendAsync(Line(1, "one"));
            Assert.Equal("one", await tool.ReadLineAsync());
        }

        using SessionPeer again = await WelcomeAsync(server, first: 5, resumed: true, gap: """{"first":2,"last":4}""");
        await again.SendAsync(Line(5, "five"));
        ToolResult result = await tool.FinishAsync();
        Assert.Equal("five\n", result.Text);
        AssertEndsWith("lines 2 to 4 are gone: the server keeps no more", $"tcp://{server.Address}: lines 2 to 4 are gone", result);
    }

    [Fact]
    public async Task A_refused_line_is_not_sent_again()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest", "--retry");
        using (SessionPeer peer = await WelcomeAsync(server))
        {
            await tool.SendAsync("a\nb\nc\n");
            Assert.Equal(["1 a", "2 b", "3 c"], await peer.ReadTextsAsync(3));
            await peer.SendAsync("""{"error":"terminator","message":"no","n":2}""" + "\n" + Line(9, "sync"));
            Assert.Equal("sync", await tool.ReadLineAsync());
            peer.Peer.Reset();
        }

        using SessionPeer again = await WelcomeAsync(server, first: 10, resumed: true);
        Assert.Equal(["1 a", "3 c"], await again.ReadTextsAsync(2));
        tool.CloseInput();
        await again.ConfirmAsync();
        AssertEndsWith("line 2 of the input was refused: no", "1 line was refused", await tool.FinishAsync());
    }

    /// <summary>The client's three lines get the numbers 41 to 43, and the connection is lost.</summary>
    private static async Task AcknowledgeThreeAsync(ScriptedServer server, ToolProcess tool)
    {
        using SessionPeer peer = await WelcomeAsync(server, first: 41);
        await tool.SendAsync("a\nb\nc\n");
        Assert.Equal(["1 a", "2 b", "3 c"], await peer.ReadTextsAsync(3));
        await peer.SendAsync(Ack(1, 41) + Ack(2, 42) + Ack(3, 43));
        peer.Peer.Finish();
    }

    private static void AssertEndsWith(string middle, string end, ToolResult result)
    {
        Assert.Contains($"chatctl: {middle}\n", result.Error, StringComparison.Ordinal);
        Assert.EndsWith($"{end}\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    private static int ClientWireLength()
    {
        byte[] wire = new byte[1000];
        return ClientWire.Line(1, "one"u8, wire) + ClientWire.Line(2, "two"u8, wire) + ClientWire.Line(3, "three"u8, wire);
    }
}
