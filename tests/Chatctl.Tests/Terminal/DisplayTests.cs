using System.Text;
using Chatctl.Terminal;
using CsCheck;

namespace Chatctl.Tests.Terminal;

/// <summary>What a terminal shows while a person types a line and other lines arrive.</summary>
public sealed class DisplayTests
{
    private static readonly Gen<string> Word = Gen.OneOf("a", "bc", " ", "e\u0301", "日", "本語", "😀", "x y z", "0123456789").Array[0, 5].Select(string.Concat);

    private static readonly Gen<Key> AnyKey = Gen.Frequency(
        (6, Word.Select(text => new Key(KeyKind.Text, text))),
        (6, Gen.OneOf(KeyKind.Left, KeyKind.Right, KeyKind.Home, KeyKind.End, KeyKind.Backspace, KeyKind.WordLeft).Select(kind => new Key(kind))),
        (1, Gen.OneOf(KeyKind.Enter, KeyKind.CutToStart).Select(kind => new Key(kind))));

    /// <summary>Each step is a key or something that arrives.</summary>
    private static readonly Gen<(Key? Key, string Arrived)[]> Steps = Gen.OneOf(
        AnyKey.Select(key => ((Key?)key, "")),
        Gen.Select(Word, Gen.OneOf("\n", "\r\n", "", " ")).Select((text, end) => ((Key?)null, text + end))).Array[1, 40];

    [Fact]
    public void What_arrives_stands_above_the_typed_line()
    {
        // The screen must look as if the same text were printed without an editor: what has arrived, the begun line, and the typed line.
        Gen.Select(Gen.Int[12, 40], Gen.Int[12, 20], Steps).Sample((columns, rows, steps) =>
        {
            using var seen = new TinyTerminal(columns, rows);
            var display = new Display(seen, () => new TerminalSize(columns, rows), Palette.Few);
            var typed = new LineEditor();
            var printed = new StringBuilder();
            string begun = "";
            display.Open();
            foreach ((Key? key, string arrived) in steps)
            {
                if (key is { } pressed)
                {
                    // The typed line must fit on the screen.
                    if (pressed.Kind == KeyKind.Text && typed.Text.Length > columns * 3)
                    {
                        continue;
                    }

                    display.Apply(pressed, out _);
                    if (typed.Apply(pressed) == Outcome.Entered)
                    {
                        printed.Append("> ").Append(typed.Entered[0]).Append('\n');
                    }
                }
                else
                {
                    display.Print(Encoding.UTF8.GetBytes(arrived));
                    begun += arrived;
                    int whole = begun.LastIndexOf('\n') + 1;
                    printed.Append(begun[..whole]);
                    begun = begun[whole..];
                }

                if (Encoding.UTF8.GetByteCount(begun) > 2 * columns)
                {
                    return;
                }

                string above = printed + (begun.Length > 0 ? begun + "\n" : "") + "> ";
                Assert.Equal(Terminal(columns, above + typed.Text).Text, seen.Text);
                Assert.Equal(CursorIn(columns, above, typed), seen.Cursor);
            }
        });
    }

    [Fact]
    public void A_typed_line_that_is_higher_than_the_screen_shows_the_part_with_the_cursor_and_hides_no_printed_line()
    {
        using var seen = new TinyTerminal(20, 5);
        var display = new Display(seen, () => new TerminalSize(20, 5), Palette.Few);
        display.Open();
        display.Print("one\ntwo\n"u8);
        display.Apply(new Key(KeyKind.Text, new string('x', 150) + "end"), out _);
        display.Print("three\n"u8);
        Assert.EndsWith("xxxxxend", seen.Text, StringComparison.Ordinal);
        display.Apply(new Key(KeyKind.Home), out _);
        display.Print("four\n"u8);
        Assert.StartsWith("one\ntwo\nthree\nfour\n> xxxxx", seen.Text, StringComparison.Ordinal);
        display.Apply(new Key(KeyKind.CutToEnd), out _);
        Assert.Equal("one\ntwo\nthree\nfour\n>", seen.Text);
    }

    [Fact]
    public void Closing_leaves_the_typed_line_and_the_begun_line_and_a_free_row()
    {
        using var seen = new TinyTerminal(20, 5);
        var display = new Display(seen, () => new TerminalSize(20, 5), Palette.Few);
        display.Open();
        Assert.True(seen.MarksPastes);
        display.Print("begun"u8);
        display.Apply(new Key(KeyKind.Text, "typed"), out _);
        display.Apply(new Key(KeyKind.Home), out _);
        display.Close(Watchdog.Patience);
        seen.Write("$ "u8);
        Assert.Equal("begun\n> typed\n$", seen.Text);
        Assert.False(seen.MarksPastes);
    }

    [Fact]
    public void A_line_without_an_end_is_printed_at_the_end_and_a_very_long_one_in_pieces()
    {
        using var seen = new TinyTerminal(70_000, 5);
        var display = new Display(seen, () => new TerminalSize(70_000, 5), Palette.Few);
        display.Open();
        display.Print(Encoding.ASCII.GetBytes(new string('a', 65_537)));
        display.Print("b\r"u8);
        display.Finish();
        display.Close(Watchdog.Patience);
        Assert.Equal($"{new string('a', 65_537)}\nb^M", seen.Text);
    }

    [Fact]
    public void A_diagnostic_message_stands_above_the_typed_line()
    {
        using var seen = new TinyTerminal(20, 5);
        var display = new Display(seen, () => new TerminalSize(20, 5), Palette.Few);
        display.Open();
        display.Apply(new Key(KeyKind.Text, "typed"), out _);
        display.Print("chatctl: oh\n"u8, seen);
        display.Apply(new Key(KeyKind.Text, " on"), out _);
        Assert.Equal("chatctl: oh\n> typed on", seen.Text);
    }

    [Fact]
    public void A_cleared_screen_still_shows_the_typed_line()
    {
        using var seen = new TinyTerminal(20, 5);
        var display = new Display(seen, () => new TerminalSize(20, 5), Palette.Few);
        display.Open();
        display.Print("gone\n"u8);
        display.Apply(new Key(KeyKind.Text, "typed"), out _);
        display.Apply(new Key(KeyKind.Redraw), out _);
        display.Print("new\n"u8);
        Assert.Equal("gone\n\nnew\n> typed", seen.Text);
    }

    [Fact]
    public void What_a_chat_waits_for_stands_dim_above_the_typed_line_until_the_chat_shows_it()
    {
        using var seen = new TinyTerminal(20, 10);
        var display = new Display(seen, () => new TerminalSize(20, 10), Palette.Few, static _ => []);
        display.Open();
        display.Apply(new Key(KeyKind.Text, "hello"), out _);
        Assert.Equal(Outcome.Entered, display.Apply(new Key(KeyKind.Enter), out IReadOnlyList<string> entered));
        Assert.Equal(["hello"], entered);
        Assert.Equal(">", seen.Text);
        display.Show("", ["ann: hello …", "ann: a line that is too long for one row …"]);
        display.Apply(new Key(KeyKind.Text, "typed"), out _);
        Assert.Equal("ann: hello …\nann: a line that is \ntoo long for one row\n …\n> typed".Replace(" \n", "\n", StringComparison.Ordinal), seen.Text);
        Assert.Equal("ann:hello…ann:alinethatistoolongforonerow…", seen.Dim);
        display.Show("\e[31mbob\e[39m: hi\n", ["ann: two …"]);
        Assert.Equal("bob: hi\nann: two …\n> typed", seen.Text);
        display.Show("ann: two\n", []);
        Assert.Equal("bob: hi\nann: two\n> typed", seen.Text);
        Assert.Equal("", seen.Dim);
    }

    [Fact]
    public void What_waits_is_drawn_again_when_a_width_changes_and_the_typed_line_is_kept()
    {
        int columns = 80;
        using var seen = new TinyTerminal(80, 10);
        var display = new Display(seen, () => new TerminalSize(columns, 10), Palette.None, static _ => []);
        display.Open();
        display.Apply(new Key(KeyKind.Text, "日本語 typed"), out _);
        display.Show("", [$"😀: {string.Concat(Enumerable.Repeat("日本", 12))} …"]);
        Assert.Equal($"😀: {string.Concat(Enumerable.Repeat("日本", 12))} …\n> 日本語 typed", seen.Text);
        columns = 40;
        display.Redraw();
        Assert.Equal($"😀: {string.Concat(Enumerable.Repeat("日本", 9))}\n日本日本日本 …\n> 日本語 typed", seen.Text);
    }

    private static TinyTerminal Terminal(int columns, string text)
    {
        var terminal = new TinyTerminal(columns, int.MaxValue);
        terminal.Write(Encoding.UTF8.GetBytes(text));
        return terminal;
    }

    /// <summary>Where the character at the cursor is drawn. At the end of the line, where the next character will be drawn.</summary>
    private static (int Row, int Column) CursorIn(int columns, string above, LineEditor typed)
    {
        if (typed.Cursor == typed.Text.Length)
        {
            return Terminal(columns, above + typed.Text).Cursor;
        }

        int next = TextElements.Next(typed.Text, typed.Cursor);
        int width = TextElements.Width(typed.Text.AsSpan(typed.Cursor, next - typed.Cursor));
        (int row, int column) = Terminal(columns, above + typed.Text[..next]).Cursor;
        return column == 0 ? (row - 1, columns - width) : (row, column - width);
    }
}
