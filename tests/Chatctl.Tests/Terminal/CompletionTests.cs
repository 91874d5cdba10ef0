using System.Globalization;
using Chatctl.Terminal;
using CsCheck;

namespace Chatctl.Tests.Terminal;

/// <summary>What the Tab key makes of the typed line.</summary>
public sealed class CompletionTests
{
    private static readonly string[] Names = ["bob", "Ann Lee", "anna", "日本", "日光", "😀x", "😁y", "ee\u0301"];

    [Theory]
    [InlineData("b|", "bob: |")]
    [InlineData("B|", "bob: |")]
    [InlineData("hi b|", "hi bob |")]
    [InlineData("hi b|!", "hi bob |!")]
    [InlineData("an|", "Ann|")]
    [InlineData("an|", "Ann|", "Ann Lee: |", "anna: |", "Ann|")]
    [InlineData("hi ann|", "hi Ann Lee |", "hi anna |", "hi Ann Lee |")]
    [InlineData("to ann l|", "to Ann Lee |")]
    [InlineData("日|", "日本: |", "日光: |")]
    [InlineData("/w|", "/who|")]
    [InlineData("hi /w|", "hi /w|")]
    [InlineData("x|", "x|", "x|")]
    [InlineData("|", "|")]
    [InlineData("bob |", "bob |")]
    [InlineData("ee|", "ee\u0301: |")]
    public void The_tab_key_completes_what_fits_and_then_shows_one_after_the_other(string line, params string[] seen)
    {
        LineEditor editor = Typed(line);
        foreach (string expected in seen)
        {
            Assert.Equal(Outcome.Edited, editor.Apply(new Key(KeyKind.Tab)));
            Assert.Equal(expected, editor.Text.Insert(editor.Cursor, "|"));
        }
    }

    [Fact]
    public void Another_key_takes_what_is_shown()
    {
        LineEditor editor = Typed("ann|");
        editor.Apply(new Key(KeyKind.Tab));
        editor.Apply(new Key(KeyKind.Text, "b"));
        editor.Apply(new Key(KeyKind.Tab));
        Assert.Equal("Ann Lee: bob ", editor.Text);
    }

    [Fact]
    public void Without_words_the_tab_key_inserts_a_tab()
    {
        var editor = new LineEditor();
        editor.Apply(new Key(KeyKind.Text, "ann"));
        editor.Apply(new Key(KeyKind.Tab));
        Assert.Equal("ann\t", editor.Text);
    }

    [Fact]
    public void The_cursor_is_never_inside_a_character() =>
        Gen.OneOf("a", "n", "日", "😀", "e", "\u0301", " ", "\u200d", "\t").Array[0, 12].Sample(keys =>
        {
            var editor = new LineEditor(Offered);
            foreach (string key in keys)
            {
                editor.Apply(key == "\t" ? new Key(KeyKind.Tab) : new Key(KeyKind.Text, key));
                Assert.Contains(editor.Cursor, StringInfo.ParseCombiningCharacters(editor.Text).Append(editor.Text.Length));
            }
        });

    private static IEnumerable<string> Offered(bool isAtStart) => isAtStart ? [.. Names.Select(name => name + ": "), "/who"] : Names.Select(name => name + " ");

    private static LineEditor Typed(string line)
    {
        int cursor = line.IndexOf('|', StringComparison.Ordinal);
        var editor = new LineEditor(Offered);
        editor.Apply(new Key(KeyKind.Text, line[(cursor + 1)..]));
        editor.Apply(new Key(KeyKind.Home));
        editor.Apply(new Key(KeyKind.Text, line[..cursor]));
        return editor;
    }
}
