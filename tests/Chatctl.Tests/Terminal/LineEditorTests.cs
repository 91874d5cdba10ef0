using System.Globalization;
using Chatctl.Terminal;
using CsCheck;

namespace Chatctl.Tests.Terminal;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();

    [Theory]
    [InlineData("one two|", "Left", "one tw|o")]
    [InlineData("one two|", "WordLeft", "one |two")]
    [InlineData("one, two|", "WordLeft WordLeft", "|one, two")]
    [InlineData("|one, two", "WordRight", "one|, two")]
    [InlineData("one|", "Home Right", "o|ne")]
    [InlineData("one two|", "Backspace", "one tw|")]
    [InlineData("|one", "Backspace", "|one")]
    [InlineData("|one", "Delete", "|ne")]
    [InlineData("o|ne", "DeleteOrEnd", "o|e")]
    [InlineData("one two|", "CutBlankWord", "one |")]
    [InlineData("a/b-c|", "CutBlankWord", "|")]
    [InlineData("a/b-c|", "CutWordLeft", "a/b-|")]
    [InlineData("|one two", "CutWordRight", "| two")]
    [InlineData("one| two", "CutToEnd", "one|")]
    [InlineData("one| two", "CutToStart", "| two")]
    [InlineData("one two|", "CutBlankWord CutBlankWord Yank Yank", "one twoone two|")]
    [InlineData("one| two", "CutToEnd Home Yank", " two|one")]
    [InlineData("ab|c", "Transpose", "acb|")]
    [InlineData("abc|", "Transpose", "acb|")]
    [InlineData("|abc", "Transpose", "|abc")]
    [InlineData("日本|", "Left Backspace", "|本")]
    [InlineData("ne\u0301|", "Left", "n|e\u0301")]
    [InlineData("ne\u0301|", "Backspace", "n|")]
    [InlineData("👨‍👩‍👧!|", "Left Left", "|👨‍👩‍👧!")]
    [InlineData("😀|", "Backspace", "|")]
    [InlineData("typed|", "Interrupt", "|")]
    [InlineData("typed|", "Up Down", "typed|")]
    public void A_key_edits_the_line(string before, string keys, string after)
    {
        Start(before);
        foreach (string key in keys.Split(' '))
        {
            Assert.Equal(Outcome.Edited, Press(Enum.Parse<KeyKind>(key)));
        }

        Assert.Equal(after, _editor.Text.Insert(_editor.Cursor, "|"));
    }

    [Fact]
    public void Entered_lines_can_be_fetched_back()
    {
        foreach (string line in new[] { "one", "two", "two", "" })
        {
            Press(KeyKind.Text, line);
            Assert.Equal(Outcome.Entered, Press(KeyKind.Enter));
            Assert.Equal([line], _editor.Entered);
            Assert.Equal("", _editor.Text);
        }

        Press(KeyKind.Text, "draft");
        string[] seen = [.. new[] { KeyKind.Up, KeyKind.Up, KeyKind.Up, KeyKind.Down, KeyKind.Down, KeyKind.Down }.Select(key =>
        {
            Press(key);
            return _editor.Text;
        })];
        Assert.Equal(["two", "one", "one", "two", "draft", "draft"], seen);
    }

    [Fact]
    public void The_end_key_and_the_interrupt_key_end_on_an_empty_line()
    {
        Assert.Equal(Outcome.Ended, Press(KeyKind.DeleteOrEnd));
        Assert.Equal(Outcome.Interrupted, Press(KeyKind.Interrupt));
    }

    [Theory]
    [InlineData("one line\r", "onone line|e")]
    [InlineData("\e[31m\u202e\u0003", "on^[[31m\\u{202e}^C|e")]
    public void One_pasted_line_becomes_part_of_the_typed_line_and_its_control_characters_are_shown(string pasted, string after)
    {
        Start("on|e");
        Press(KeyKind.Paste, pasted);
        Assert.Equal(after, _editor.Text.Insert(_editor.Cursor, "|"));
        Assert.Empty(_editor.Preview);
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("Yes", true)]
    [InlineData("", false)]
    [InlineData("n", false)]
    [InlineData("yy", false)]
    public void Several_pasted_lines_are_sent_only_after_a_yes(string answer, bool isSent)
    {
        Start("ty|ped");
        Press(KeyKind.Paste, "one\r\ntwo\r\e[2J\nfour\n");
        Assert.Equal("send 4 lines? [y/N] ", _editor.Prompt);
        Assert.Equal(["one", "two", "^[[2J", "…"], _editor.Preview);
        Press(KeyKind.Text, answer + "x");
        Press(KeyKind.Backspace);
        Assert.Equal(isSent ? Outcome.Pasted : Outcome.Edited, Press(KeyKind.Enter));
        Assert.Equal(isSent ? ["one", "two", "^[[2J", "four"] : [], _editor.Entered);
        Assert.Empty(_editor.Preview);
        Assert.Equal("> ty|ped", _editor.Prompt + _editor.Text.Insert(_editor.Cursor, "|"));
    }

    [Theory]
    [InlineData(nameof(KeyKind.Interrupt))]
    [InlineData(nameof(KeyKind.DeleteOrEnd))]
    public void The_end_key_and_the_interrupt_key_answer_no(string key)
    {
        Press(KeyKind.Paste, "one\rtwo");
        Press(KeyKind.Text, "y");
        Assert.Equal(Outcome.Edited, Press(Enum.Parse<KeyKind>(key)));
        Assert.Equal("> ", _editor.Prompt);
    }

    [Fact]
    public void The_cursor_is_never_inside_a_character()
    {
        var key = Gen.OneOf(
            Gen.OneOf("a", "\u0301", "日", "😀", "\u200d", " ", "👨‍👩‍👧", "🇩", "🇪", "\ufe0f").Select(text => new Key(KeyKind.Text, text)),
            Gen.OneOf([.. Enum.GetValues<KeyKind>().Except([KeyKind.Text, KeyKind.Paste])]).Select(kind => new Key(kind)));
        key.Array[0, 40].Sample(keys =>
        {
            var editor = new LineEditor();
            foreach (Key pressed in keys)
            {
                editor.Apply(pressed);
                Assert.Contains(editor.Cursor, StringInfo.ParseCombiningCharacters(editor.Text).Append(editor.Text.Length));
            }
        });
    }

    private void Start(string line)
    {
        int cursor = line.IndexOf('|', StringComparison.Ordinal);
        Press(KeyKind.Text, line[(cursor + 1)..]);
        Press(KeyKind.Home);
        Press(KeyKind.Text, line[..cursor]);
        Assert.Equal(line, _editor.Text.Insert(_editor.Cursor, "|"));
    }

    private Outcome Press(KeyKind kind, string text = "") => _editor.Apply(new Key(kind, text));
}
