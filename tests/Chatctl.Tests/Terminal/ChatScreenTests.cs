using Chatctl.Tests.Connect;
using Chatctl.Tests.Connect.Sessions;

namespace Chatctl.Tests.Terminal;

/// <summary>A person in a session at a real terminal. The server does what the test says.</summary>
public sealed class ChatScreenTests
{
    private const string Time = "\"time\":\"2026-11-26T20:29:58.020Z\"";

    [Fact]
    public async Task Others_and_own_lines_stand_above_the_typed_line_and_an_own_line_is_marked_until_its_ack()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using SessionPeer peer = await JoinAsync(screen, server);
        await screen.TypeAsync("hello");
        await screen.KeysAsync("Enter");
        Assert.Equal(["1 hello"], await peer.ReadTextsAsync(1));
        await screen.SeeAsync(text => text == "ann: hello …\n>", "the waiting line");
        await screen.TypeAsync("next");
        await screen.SeeAsync(text => text == "ann: hello …\n> next", "the waiting line and the typed line");
        await peer.SendAsync(SessionPeer.Line(1, "hi") + SessionPeer.Ack(1, 2) + $$"""{"seq":3,{{Time}},"id":3,"from":null,"text":"from nc"}""" + "\n");
        await screen.SeeAsync(text => text == "bob: hi\nann: hello\n#3: from nc\n> next", "all lines in order");
        await screen.KeysAsync("Enter");
        Assert.Equal(["2 next"], await peer.ReadTextsAsync(1));
        await peer.SendAsync("""{"error":"too-long","message":"the text is too long","n":2}""" + "\n");
        await screen.SeeAsync("\nnot said: the text is too long: next\n>");
    }

    [Fact]
    public async Task Each_coming_and_going_is_one_line()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using SessionPeer peer = await JoinAsync(screen, server);
        await peer.SendAsync($$"""
            {"event":"join",{{Time}},"id":9,"name":"eve"}
            {"event":"rename",{{Time}},"id":9,"name":"eva","was":"eve"}
            {"event":"leave",{{Time}},"id":9,"name":"eva","reason":"lost"}
            {"event":"crowd",{{Time}},"joined":120,"left":80,"renamed":0}
            {"event":"skipped","first":1010,"last":1039}

            """);
        const string Told = "eve has joined\neve is now eva\neva has left (lost)\n120 joined, 80 left\nlines 1010 to 1039 were skipped\n>";
        await screen.SeeAsync(text => text == Told, Told);
    }

    [Fact]
    public async Task Commands_ask_the_server_and_one_of_them_leaves()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using SessionPeer peer = await JoinAsync(screen, server, options: "; echo \"code $?\"");
        await screen.RunAsync("/who");
        Assert.Equal("""{"who":true}""", await peer.ReadLineAsync());
        await peer.SendAsync("""{"who":[{"id":7,"name":"ann"},{"id":8,"name":"bob"}],"plain":2,"more":false}""" + "\n");
        await screen.SeeAsync(text => text == "here: ann, bob, 2 without a name\n>", "who is here");
        await screen.RunAsync("/nick anna");
        Assert.Equal("""{"name":"anna"}""", await peer.ReadLineAsync());
        await peer.SendAsync("""{"name":"anna-2"}""" + "\n");
        await screen.SeeAsync("\nyou are now anna-2\n>");
        await screen.RunAsync("/usr/bin/env");
        await screen.SeeAsync("\nthere is no command /usr/bin/env; /help lists the commands\n>");
        await screen.RunAsync("//usr/bin/env");
        Assert.Equal(["1 /usr/bin/env"], await peer.ReadTextsAsync(1));
        await peer.SendAsync(SessionPeer.Ack(1));
        await screen.SeeAsync("\nanna-2: /usr/bin/env\n>");
        await screen.RunAsync("/quit");
        Assert.Equal("", await peer.ConfirmAsync());
        await screen.SeeAsync("\ncode 0\n$");
    }

    [Fact]
    public async Task The_tab_key_completes_a_name_and_a_pasted_block_is_said_as_it_is()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using SessionPeer peer = await JoinAsync(screen, server);
        await peer.SendAsync(SessionPeer.Line(1, "hi", "bob 日本"));
        await screen.SeeAsync("bob 日本: hi");
        await screen.TypeAsync("bo");
        await screen.KeysAsync("Tab");
        await screen.SeeLastAsync("> bob 日本:");
        await screen.KeysAsync("C-u");
        await screen.PasteAsync("/who\n// a comment\n");
        await screen.SeeLastAsync("send 2 lines? [y/N]");
        await screen.KeysAsync("y", "Enter");
        Assert.Equal(["1 /who", "2 // a comment"], await peer.ReadTextsAsync(2));
        await screen.SeeAsync("ann: /who …\nann: // a comment …\n>");
    }

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    public async Task Long_lines_and_names_of_many_kinds_wrap_and_the_typed_line_stays(int columns)
    {
        const string Name = "👩\u200d💻 日本";
        string text = string.Concat(Enumerable.Repeat("長い行", 50));
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync(columns, 12);
        using SessionPeer peer = await JoinAsync(screen, server);
        await screen.TypeAsync("typed 日本語");
        await peer.SendAsync(SessionPeer.Line(1, text, "bob") + SessionPeer.Line(2, "short", Name) + SessionPeer.Line(3, text, "eve"));
        await screen.SeeAsync(
            shown => shown.Replace("\n", "", StringComparison.Ordinal).StartsWith($"bob: {text}", StringComparison.Ordinal)
                && shown.Replace("\n", "", StringComparison.Ordinal).EndsWith($"eve: {text}> typed 日本語", StringComparison.Ordinal)
                && shown.Split('\n')[^1] == "> typed 日本語",
            "wrapped lines above the typed line");
        await screen.KeysAsync("Enter");
        Assert.Equal(["1 typed 日本語"], await peer.ReadTextsAsync(1));
        await peer.SendAsync(SessionPeer.Ack(1, 4));
        await screen.SeeAsync(shown => shown.EndsWith("\nann: typed 日本語\n>", StringComparison.Ordinal), "the own line");
        await screen.RunAsync("/who");
        Assert.Equal("""{"who":true}""", await peer.ReadLineAsync());
        string sessions = string.Join(',', Enumerable.Range(1, 12).Select(id => $$"""{"id":{{id}},"name":"somebody {{id}}"}"""));
        await peer.SendAsync($$"""{"who":[{{sessions}}],"plain":0,"more":false}""" + "\n");
        string who = await screen.SeeAsync("somebody 12");
        Assert.All(Enumerable.Range(1, 12), id => Assert.Contains($"somebody {id}", who, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hostile_server_cannot_command_the_terminal()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using SessionPeer peer = await JoinAsync(screen, server);
        await peer.SendAsync($$"""
            {"seq":1,{{Time}},"id":8,"from":"\u001b[2J\n\u009b\u202e","text":"a\u001b[2J\nb\u0007\u202e\u0085"}
            {"event":"join",{{Time}},"id":9,"name":"\u001b[2J\r\n"}
            {"event":"leave",{{Time}},"id":9,"name":"eve","reason":"\u001b[2J"}
            {"error":"name","message":"\u001b[2J\nno"}
            {"name":"\u001b[2Jann"}

            """);
        const string Shown = """
            \u{1b}[2J\n\u{9b}\u{202e}: a^[[2J^Jb^G\u{202e}\u{85}
            \u{1b}[2J\r\n has joined
            eve has left (\u{1b}[2J)
            \u{1b}[2J\nno
            you are now \u{1b}[2Jann
            >
            """;
        await screen.SeeAsync(text => text == Shown, Shown);
    }

    [Fact]
    public async Task After_a_reconnect_what_waits_is_sent_again_and_the_typed_line_stays()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using (SessionPeer first = await JoinAsync(screen, server, options: "--retry"))
        {
            await first.SendAsync(SessionPeer.Line(1, "hi"));
            await screen.TypeAsync("hello");
            await screen.KeysAsync("Enter");
            Assert.Equal(["1 hello"], await first.ReadTextsAsync(1));
            await screen.TypeAsync("typed");
            await screen.SeeAsync(text => text == "bob: hi\nann: hello …\n> typed", "all");
            first.Peer.Reset();
        }

        using SessionPeer second = await SessionPeer.WelcomeAsync(server, first: 2, resumed: true, name: "ann");
        Assert.Equal("aaaa:1", second.Hello.GetProperty("since").GetString());
        string[] sent = [await second.ReadLineAsync(), await second.ReadLineAsync()];
        Assert.Contains("""{"n":1,"text":"hello"}""", sent);
        await second.SendAsync(SessionPeer.Line(2, "again") + SessionPeer.Ack(1, 3));
        await screen.SeeAsync(
            text => text.StartsWith("bob: hi\n", StringComparison.Ordinal) && text.EndsWith("\nbob: again\nann: hello\n> typed", StringComparison.Ordinal),
            "the lines after the reconnect");
    }

    [Fact]
    public async Task A_name_that_is_asked_for_without_a_connection_waits_for_the_next_one()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using (SessionPeer first = await JoinAsync(screen, server, options: "--retry -w 10m"))
        {
            first.Peer.Reset();
        }

        await screen.SeeAsync("reconnecting");
        await screen.RunAsync("/nick anna");
        await screen.SeeAsync("\nthere is no connection now; /nick waits for the next one\n");
        using SessionPeer second = await SessionPeer.WelcomeAsync(server, resumed: true, name: "ann");
        Assert.Equal("ann", second.Hello.GetProperty("name").GetString());
        Assert.Equal("""{"who":true}""", await second.ReadLineAsync());
        Assert.Equal("""{"name":"anna"}""", await second.ReadLineAsync());
        await second.SendAsync("""{"name":"anna"}""" + "\n");
        await screen.SeeAsync("\nyou are now anna\n>");
    }

    [Fact]
    public async Task A_connection_after_a_loss_asks_for_the_last_name_that_was_accepted()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using (SessionPeer first = await JoinAsync(screen, server, options: "--retry"))
        {
            await screen.RunAsync("/nick anna");
            Assert.Equal("""{"name":"anna"}""", await first.ReadLineAsync());
            await screen.RunAsync("/nick not good");
            Assert.Equal("""{"name":"not good"}""", await first.ReadLineAsync());
            await first.SendAsync("""{"name":"anna"}""" + "\n" + """{"error":"name","message":"no such name"}""" + "\n");
            await screen.SeeAsync(text => text == "you are now anna\nno such name\n>", "both answers");
            first.Peer.Reset();
        }

        using SessionPeer second = await SessionPeer.AcceptAsync(server);
        Assert.Equal("anna", second.Hello.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Without_a_line_editor_there_are_commands_too_and_no_escape_sequence()
    {
        using var server = new ScriptedServer();
        using ToolProcess tool = OnTerminal(server, "--plain");
        using SessionPeer peer = await SessionPeer.WelcomeAsync(server, name: "ann");
        Assert.Equal("""{"who":true}""", await peer.ReadLineAsync());
        await tool.SendAsync("/nick anna\nhello\n");
        string[] sent = [await peer.ReadLineAsync(), await peer.ReadLineAsync()];
        Assert.Equal(["""{"n":1,"text":"hello"}""", """{"name":"anna"}"""], sent.Order(StringComparer.Ordinal));
        await peer.SendAsync(SessionPeer.Line(1, "\e[2Jhi") + """{"name":"anna"}""" + "\n" + SessionPeer.Ack(1, 2));

        // The terminal echoes what is typed next. So it is typed only when all that came is shown.
        string text = "", line;
        do
        {
            Assert.NotEmpty(line = await tool.ReadLineAsync());
            text += line + "\n";
        }
        while (line != "you are now anna\r");
        await tool.SendAsync("/quit\n");
        await peer.ConfirmAsync();
        text += (await tool.FinishAsync()).Text;
        Assert.Contains("bob: ^[[2Jhi\r\nyou are now anna\r\n", text, StringComparison.Ordinal);
        Assert.Contains("; /help lists commands\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
        Assert.DoesNotContain("anna: hello", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bell", "ann?\r\n\a")]
    [InlineData("", "ann?\r\n")]
    public async Task The_bell_rings_only_for_a_person_who_wants_it(string option, string expected)
    {
        using var server = new ScriptedServer();
        using ToolProcess tool = OnTerminal(server, $"--recv-only --timestamps {option}");
        using SessionPeer peer = await SessionPeer.WelcomeAsync(server, name: "ann");
        await peer.SendAsync(SessionPeer.Line(1, "ann?"));
        peer.Peer.Finish();
        string text = (await tool.FinishAsync()).Text;
        Assert.Contains("\e[2m2026-11-26T20:29:58.020Z\e[22m \e[31mbob\e[39m: " + expected, text, StringComparison.Ordinal);
        Assert.Equal(option.Length > 0, text.Contains('\a', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--bell", "1")]
    [InlineData("", "0")]
    public async Task The_bell_rings_beside_a_typed_line_only_for_a_person_who_wants_it(string option, string rung)
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        using SessionPeer peer = await JoinAsync(screen, server, option);
        await screen.TypeAsync("typed");
        await peer.SendAsync(SessionPeer.Line(1, "anna?"));
        await screen.SeeAsync(text => text == "bob: anna?\n> typed", "a line that says another name");
        Assert.Equal("0", await screen.TellAsync("#{window_bell_flag}"));
        await peer.SendAsync(SessionPeer.Line(2, "ann?") + SessionPeer.Line(3, "later"));
        await screen.SeeAsync(text => text == "bob: anna?\nbob: ann?\nbob: later\n> typed", "a line that says the own name");
        Assert.Equal(rung, await screen.TellAsync("#{window_bell_flag}"));
    }

    /// <summary>Starts the tool in a session, and waits for its prompt and for its first question.</summary>
    private static async Task<SessionPeer> JoinAsync(TmuxScreen screen, ScriptedServer server, string options = "")
    {
        Task<SessionPeer> joining = SessionPeer.WelcomeAsync(server, name: "ann");
        await screen.ConnectAsync(server.Address, "-N ann " + options);
        SessionPeer peer = await joining;
        Assert.Equal("""{"who":true}""", await peer.ReadLineAsync());
        return peer;
    }

    private static ToolProcess OnTerminal(ScriptedServer server, string options) => ToolProcess.Shell(
        "export TERM=xterm; unset NO_COLOR COLORTERM; exec script -qec \"$1\" /dev/null", $"\"$CHATCTL\" connect -N ann {server.Address} {options}");
}
