using System.Text;
using Chatctl.Tests.Connect;

namespace Chatctl.Tests.Terminal;

/// <summary>A person at a real terminal.</summary>
public sealed class ConversationTests
{
    [Fact]
    public async Task What_is_typed_is_sent_and_both_sides_stay_visible()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("hällo wörld");
        await screen.SeeLastAsync("> hällo wörld");
        await peer.SendAsync("who is there?\r\n");
        await screen.SeeAsync(text => text == "who is there?\n> hällo wörld", "the line below what came");
        await screen.KeysAsync("Home", "Right", "BSpace", "J", "Enter");
        Assert.Equal("Jällo wörld\n", await peer.ReadAsync(14));
        await screen.SeeAsync(text => text == "who is there?\n> Jällo wörld\n>", "the line as sent");
        await screen.KeysAsync("Up");
        await screen.SeeLastAsync("> Jällo wörld");
    }

    [Fact]
    public async Task A_flood_of_lines_does_not_disturb_the_typed_line_and_loses_nothing()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();

        // Up to a thousand lines a second, each in two pieces.
        var flood = Task.Run(async () =>
        {
            for (int line = 1; line <= 1500; line++)
            {
                await peer.SendAsync($"line {line}");
                await peer.SendAsync(" of the flood\n");
                if (line % 10 == 0)
                {
                    await Task.Delay(10);
                }
            }
        });
        foreach (string word in new[] { "typed ", "while ", "it ", "rains ", "日本語" })
        {
            await screen.TypeAsync(word);
            await Task.Delay(200);
        }

        await flood.Guard();
        string text = await screen.SeeAsync(
            text => text.EndsWith("line 1500 of the flood\n> typed while it rains 日本語", StringComparison.Ordinal), "the line below the flood");
        Assert.Equal(
            [.. Enumerable.Range(1, 1500).Select(line => $"line {line} of the flood"), "> typed while it rains 日本語"], text.Split('\n'));
        await screen.KeysAsync("Enter");
        Assert.Equal("typed while it rains 日本語\n", await peer.ReadAsync(31));
    }

    [Fact]
    public async Task A_long_line_wraps_and_is_drawn_again_when_the_terminal_is_resized()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync(40, 12);
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();

        // Puts the line at the bottom of the screen. Higher up, a terminal that becomes narrower may push rows of it out of reach.
        string printed = string.Concat(Enumerable.Range(1, 30).Select(n => $"before {n}\n"));
        await peer.SendAsync(printed);
        string line = string.Concat(Enumerable.Range(1, 11).Select(n => $"{n} word 日本 "));
        await screen.TypeAsync(line + "end");
        foreach ((int columns, int rows) in new[] { (40, 12), (25, 12), (60, 12), (33, 9), (80, 24) })
        {
            await screen.ResizeAsync(columns, rows);
            string drawn = Wrapped("> " + line + "end", columns);
            await screen.SeeAsync(text => text == printed + drawn, $"text of {columns} columns:\n{printed}{drawn}");
            await peer.SendAsync($"at {columns}\n");
            printed += $"at {columns}\n";
            await screen.SeeAsync(text => text == printed + drawn, $"text of {columns} columns:\n{printed}{drawn}");
        }
    }

    [Fact]
    public async Task The_cursor_is_where_the_next_character_goes()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync(20, 10);
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("日本語 cafe\u0301 x");
        await screen.KeysAsync("Left", "Left", "Left");
        await peer.SendAsync("hi\n");
        await screen.SeeAsync(text => text == "hi\n> 日本語 cafe\u0301 x", "the line below what came");
        await screen.TellAsync("#{cursor_x} #{cursor_y}", "12 1");
        await screen.KeysAsync("BSpace", "k");
        await screen.SeeLastAsync("> 日本語 cake\u0301 x");
    }

    [Fact]
    public async Task It_asks_before_it_sends_several_pasted_lines_and_not_for_one()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.ConnectAsync(server.Address);
        using Peer peer = await server.AcceptAsync();
        await screen.TypeAsync("see: ");
        await screen.PasteAsync("int x;\n\treturn x;\n}\n");
        await screen.SeeAsync(text => text == "int x;\n        return x;\n}\nsend 3 lines? [y/N]", "a question");
        await screen.KeysAsync("n", "Enter");
        await screen.SeeAsync(text => text == "> see:", "the line as it was");
        await screen.PasteAsync("one\ntwo");
        await screen.SeeLastAsync("send 2 lines? [y/N]");
        await screen.KeysAsync("y", "Enter");
        Assert.Equal("one\ntwo\n", await peer.ReadAsync(8));
        await screen.SeeAsync(text => text == "> one\n> two\n> see:", "what was sent");
        await screen.PasteAsync("a.cs\n");
        await screen.SeeLastAsync("> see: a.cs");
        await screen.KeysAsync("Enter");
        Assert.Equal("see: a.cs\n", await peer.ReadAsync(10));
    }

    [Theory]
    [InlineData("TERM=dumb", "")]
    [InlineData("TERM=", "")]
    [InlineData("", "--plain")]
    public async Task Without_the_editor_the_system_edits_the_line_and_control_characters_are_shown_and_not_obeyed(string environment, string option)
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.RunAsync($"clear; {environment} \"$CHATCTL\" connect {server.Address} {option}");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("\e[2Jhi\n");
        await screen.SeeLastAsync("^[[2Jhi");
        await screen.TypeAsync("typed");
        await screen.KeysAsync("BSpace", "Enter");
        Assert.Equal("type\n", await peer.ReadAsync(5));
        await screen.SeeAsync(text => text == "^[[2Jhi\ntype", "what was typed below what came");
    }

    [Fact]
    public async Task A_terminal_shows_invisible_characters_and_a_pipe_gets_the_bytes()
    {
        using var server = new ScriptedServer();
        using TmuxScreen screen = await TmuxScreen.OpenAsync();
        await screen.RunAsync($"clear; true | \"$CHATCTL\" connect {server.Address}; \"$CHATCTL\" connect {server.Address} | od -An -c");
        foreach (string shown in new[] { "a^[b\\xff\\u{200b}", "a 033   b 377 342 200 213" })
        {
            using Peer peer = await server.AcceptAsync();
            await peer.SendAsync(new byte[] { (byte)'a', 0x1b, (byte)'b', 0xff, 0xe2, 0x80, 0x8b, (byte)'\n' });
            peer.Finish();
            await screen.SeeAsync(shown);
        }
    }

    /// <summary>Checks that the terminal reads line by line and echoes, as the shell wants it.</summary>
    internal static async Task ShellIsItselfAsync(TmuxScreen screen)
    {
        await screen.RunAsync("stty -a | tr ' ;' '\\n\\n' | grep -E '^-?(icanon|echo|isig|icrnl|opost)$' | xargs echo modes");
        string text = await screen.SeeAsync("\nmodes ");
        Assert.Contains("\nmodes icrnl opost isig icanon echo\n", text + "\n", StringComparison.Ordinal);
    }

    private static string Wrapped(string text, int columns)
    {
        var rows = new StringBuilder();
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int needed = rune.Value > 0x2000 ? 2 : 1;
            if (width + needed > columns)
            {
                rows.Length = rows.ToString().TrimEnd().Length;
                rows.Append('\n');
                width = 0;
            }

            rows.Append(rune.ToString());
            width += needed;
        }

        return rows.ToString();
    }
}
