using static Chatctl.Tests.Connect.EndingTests;
using static Chatctl.Tests.Connect.Sessions.SessionPeer;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>What <c>connect</c> sends and prints in a session.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task The_texts_are_printed_as_they_are_and_the_lines_of_the_input_are_numbered()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "--since", "2");
        using SessionPeer peer = await WelcomeAsync(server, first: 41, name: "ann");
        Assert.Equal(("ann", "2"), (peer.Hello.GetProperty("name").GetString(), peer.Hello.GetProperty("since").GetString()));
        Assert.Equal(32, peer.Client.Length);
        await peer.SendAsync(Line(41, "old \"one\"") + """{"seq":42,"time":"t","id":3,"from":null,"base64":"/wA="}""" + "\n" + Line(44, ""));
        Assert.Equal("old \"one\"", await tool.ReadLineAsync());
        await tool.SendAsync("say \\\"\u0001 é\n\n");
        await tool.SendAsync(new byte[] { 0xff, (byte)'\n' });
        await tool.SendAsync("no end");
        Assert.Equal("""{"n":1,"text":"say \\\"\u0001 é"}""", await peer.ReadLineAsync());
        Assert.Equal("""{"n":2,"text":""}""", await peer.ReadLineAsync());
        Assert.Equal("""{"n":3,"base64":"/w=="}""", await peer.ReadLineAsync());
        tool.CloseInput();
        Assert.Equal("""{"n":4,"text":"no end"}""" + "\n", await peer.ConfirmAsync());
        ToolResult result = await tool.FinishAsync();
        Assert.Equal([0xff, 0, (byte)'\n', (byte)'\n'], result.Output);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("--json", """{"seq":1,"time":"2026-11-26T20:29:58.020Z","id":8,"from":"bob","text":"hi"}""")]
    [InlineData("--timestamps", "2026-11-26T20:29:58.020Z hi")]
    public async Task The_forms_of_output_have_the_time_of_the_server_and_the_file_has_the_texts(string form, string expected)
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--since", "all", "--recv-only", form, "--tee", folder["log"]);
        using SessionPeer peer = await WelcomeAsync(server);
        string join = """{"event":"join","time":"t","id":9,"name":"eve"}""";
        await peer.SendAsync(Line(1, "hi") + join + "\n");
        peer.Peer.Finish();
        AssertQuiet(0, expected + "\n" + (form == "--json" ? join + "\n" : ""), await tool.FinishAsync());
        Assert.Equal("hi\n", await File.ReadAllTextAsync(folder["log"]));
    }

    [Theory]
    [InlineData(3, "lines 2 to 3 were skipped", "them")]
    [InlineData(2, "line 2 was skipped", "it")]
    public async Task Lines_that_the_server_could_not_keep_are_told_without_a_guess_at_the_reason(int last, string skipped, string what)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--since", "all", "--recv-only", "-n", "2");
        using SessionPeer peer = await WelcomeAsync(server);
        await peer.SendAsync(Line(1, "one") + $$"""{"event":"skipped","first":2,"last":{{last}}}""" + "\n" + Line(4, "four"));
        ToolResult result = await tool.FinishAsync();
        Assert.Equal((1, "one\nfour\n"), (result.ExitCode, result.Text));
        Assert.Equal($"chatctl: {skipped}: the server could not keep {what} for this client\nchatctl: tcp://{server.Address}: {skipped}\n", result.Error);
    }

    [Fact]
    public async Task With_NUL_a_text_may_have_several_lines()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "-0", "-n", "1");
        using SessionPeer peer = await WelcomeAsync(server, name: "ann");
        await tool.SendAsync("a\nb\0");
        Assert.Equal("""{"n":1,"text":"a\u000ab"}""", await peer.ReadLineAsync());
        await peer.SendAsync(Ack(1) + Line(1, "c\nd") + Line(2, "more"));
        Assert.Empty(await peer.ConfirmAsync());
        AssertQuiet(0, "c\nd\0", await tool.FinishAsync());
    }

    [Fact]
    public async Task What_has_no_ack_is_told_in_lines()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest");
        using (SessionPeer peer = await WelcomeAsync(server))
        {
            await tool.SendAsync("a\nb\nc\n");
            Assert.Equal(["1 a", "2 b", "3 c"], await peer.ReadTextsAsync(3));
            await peer.SendAsync(Ack(1));
        }

        AssertFailed("closed the connection before confirming; 2 lines are not acknowledged", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_close_before_the_acks_is_no_receipt()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest");
        using SessionPeer peer = await WelcomeAsync(server);
        await tool.SendAsync("a\nb\n");
        tool.CloseInput();
        await peer.Peer.ReadToEndAsync();
        await peer.SendAsync(Ack(1));
        peer.Peer.Finish();
        AssertFailed("closed the connection before confirming; 1 line is not acknowledged", await tool.FinishAsync());
    }

    [Fact]
    public async Task With_all_acks_a_missing_receipt_is_no_failure()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest");
        using SessionPeer peer = await WelcomeAsync(server);
        await tool.SendAsync("a\n");
        tool.CloseInput();
        await peer.Peer.ReadToEndAsync();
        await peer.SendAsync(Ack(1) + Line(5, "heard"));
        Assert.Equal("heard", await tool.ReadLineAsync());
        peer.Peer.Reset();
        AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_server_that_does_not_acknowledge_holds_the_input_back()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest");
        using SessionPeer peer = await WelcomeAsync(server);
        string line = new('x', 999);
        Task sending = tool.SendAsync(string.Concat(Enumerable.Repeat(line + "\n", 5000))).ContinueWith(_ => tool.CloseInput(), TaskScheduler.Default);

        // All that is kept is on the wire. More does not come before an ack. On a busy machine there are pauses in what must come.
        var numbers = new List<long>();
        while (numbers.Count < 1000 || !peer.Peer.IsSilent())
        {
            numbers.Add(long.Parse((await peer.ReadTextsAsync(1))[0].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.InRange(numbers.Count, 1000, 2000);
        Assert.False(sending.IsCompleted);
        await peer.SendAsync(Ack(numbers[^1]));
        for (long n = numbers[^1] + 1; n <= 5000; n++)
        {
            Assert.Equal($"{n} {line}", (await peer.ReadTextsAsync(1))[0]);
            await peer.SendAsync(Ack(n));
        }

        await peer.ConfirmAsync();
        AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_refused_line_is_told_once_and_the_others_go_on()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest");
        using SessionPeer peer = await WelcomeAsync(server, maxText: 5);
        await tool.SendAsync("a\nb\ntoo long\nd\n");
        Assert.Equal(["1 a", "2 b", "4 d"], await peer.ReadTextsAsync(3));
        await peer.SendAsync("""{"error":"terminator","message":"it holds a NUL","n":2}""" + "\n" + Ack(4));
        tool.CloseInput();
        await peer.ConfirmAsync();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(
            $"chatctl: line 3 of the input has 8 bytes, and the server takes at most 5; it was not sent\nchatctl: tcp://{server.Address}: 2 lines were refused\n",
            result.Error);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData("plain line\n")]
    [InlineData("")]
    public async Task A_server_without_sessions_is_told_in_one_line_and_nothing_is_printed_or_sent(string lines)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "-w", "1s", "--retry");
        await tool.SendAsync("never sent\n");
        using SessionPeer peer = await AcceptAsync(server);
        await peer.SendAsync(lines);
        ToolResult result = await tool.FinishAsync();
        AssertFailed($"tcp://{server.Address} has no sessions: ", result);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_server_that_waits_for_its_backplane_is_not_taken_for_one_without_sessions()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "-w", "1s");
        using SessionPeer peer = await AcceptAsync(server);
        await peer.SendAsync("CHATCTL/1 {\"wait\":true}\n");
        AssertFailed($"tcp://{server.Address} cannot open a session now: it waits for its backplane", await tool.FinishAsync());
    }

    [Fact]
    public async Task With_retry_it_waits_with_a_server_that_waits_for_its_backplane()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "-w", "1s", "--retry", "-m", "hi");
        using SessionPeer peer = await AcceptAsync(server);
        for (int i = 0; i < 3; i++)
        {
            await peer.SendAsync("CHATCTL/1 {\"wait\":true}\n");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        await peer.SendAsync(peer.Answer(name: "ann"));
        Assert.Equal(["1 hi"], await peer.ReadTextsAsync(1));
        await peer.SendAsync(Ack(1));
        await peer.ConfirmAsync();
        ToolResult result = await tool.FinishAsync();
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task A_hello_that_is_refused_ends_it_with_the_message_of_the_server()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "--retry");
        using (SessionPeer peer = await AcceptAsync(server))
        {
            await peer.SendAsync("""CHATCTL/1 {"error":"name","message":"a name has no such character"}""" + "\n");
        }

        AssertFailed("a name has no such character", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_fatal_error_ends_it_with_the_message_of_the_server_and_no_connection_follows()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "guest", "--retry");
        using SessionPeer peer = await WelcomeAsync(server);
        await peer.SendAsync(Line(1, "last") + """{"error":"replaced","message":"another connection has this client id","fatal":true}""" + "\n");
        ToolResult result = await tool.FinishAsync();
        AssertOneLine($"tcp://{server.Address}: another connection has this client id", result.Error);
        Assert.Equal((1, "last\n"), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task A_name_that_is_taken_and_a_gap_are_told()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "--since", "all", "--recv-only", "-n", "1");
        using SessionPeer peer = await WelcomeAsync(server, name: "ann-2", first: 1030, gap: """{"first":990,"last":1029}""");
        await peer.SendAsync(Line(1030, "hi"));
        ToolResult result = await tool.FinishAsync();
        Assert.Equal("chatctl: the name ann is taken; this is ann-2\nchatctl: lines 990 to 1029 are gone: the server keeps no more\n", result.Error);
        Assert.Equal((0, "hi\n"), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task A_position_of_a_server_that_has_started_anew_is_told_and_the_exit_code_says_it()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--since", "old:7", "--recv-only", "-n", "1");
        using SessionPeer peer = await WelcomeAsync(server, gap: """{"epoch":"old"}""");
        await peer.SendAsync(Line(1, "hi"));
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(
            $"chatctl: tcp://{server.Address} has started anew: lines after old:7 may have been missed\nchatctl: tcp://{server.Address}: lines after old:7 may have been missed\n",
            result.Error);
        Assert.Equal((1, "hi\n"), (result.ExitCode, result.Text));
    }

    [Theory]
    [InlineData("--since", "yesterday", "--since: 'yesterday' is not a position")]
    [InlineData("--name", "123456789012345678901234567890123", "is out of range: 1 to 32 characters")]
    [InlineData("--position", "/dev/zero", "--position: /dev/zero is no file")]
    public async Task A_wrong_value_is_a_mistake_in_the_command_line(string option, string value, string expected)
    {
        using var tool = ToolProcess.Start("connect", ScriptedServer.ClosedAddress(), option, value);
        ToolResult result = await tool.FinishAsync();
        AssertOneLine(expected, result.Error);
        Assert.Equal(2, result.ExitCode);
    }
}
