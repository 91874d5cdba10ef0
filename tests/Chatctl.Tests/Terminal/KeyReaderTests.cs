using System.Text;
using Chatctl.Terminal;
using CsCheck;

namespace Chatctl.Tests.Terminal;

public sealed class KeyReaderTests
{
    private static readonly string[] Pieces =
    [
        "a", "日", "😀", "e\u0301", "\t", "\r", "\u007f", "\u0003", "\e[A", "\e[1;5C", "\e[3~", "\eOH", "\eb", "\e\u007f", "\e\e[D",
        "\e[200~one\rtwo\e[201~", "\e[15~", "\e[[A", "\e[<0;1;2M",
    ];

    [Theory]
    [InlineData("\r", nameof(KeyKind.Enter))]
    [InlineData("\n", nameof(KeyKind.Enter))]
    [InlineData("\t", nameof(KeyKind.Tab))]
    [InlineData("\u007f", nameof(KeyKind.Backspace))]
    [InlineData("\b", nameof(KeyKind.Backspace))]
    [InlineData("\u0001", nameof(KeyKind.Home))]
    [InlineData("\e[H", nameof(KeyKind.Home))]
    [InlineData("\e[1~", nameof(KeyKind.Home))]
    [InlineData("\eOF", nameof(KeyKind.End))]
    [InlineData("\e[8~", nameof(KeyKind.End))]
    [InlineData("\e[D", nameof(KeyKind.Left))]
    [InlineData("\u0006", nameof(KeyKind.Right))]
    [InlineData("\e[1;5D", nameof(KeyKind.WordLeft))]
    [InlineData("\e[1;3C", nameof(KeyKind.WordRight))]
    [InlineData("\e[1;2C", nameof(KeyKind.Right))]
    [InlineData("\ef", nameof(KeyKind.WordRight))]
    [InlineData("\u0017", nameof(KeyKind.CutBlankWord))]
    [InlineData("\e\u007f", nameof(KeyKind.CutWordLeft))]
    [InlineData("\e[3;5~", nameof(KeyKind.CutWordRight))]
    [InlineData("\e[3~", nameof(KeyKind.Delete))]
    [InlineData("\u0004", nameof(KeyKind.DeleteOrEnd))]
    [InlineData("\u000b", nameof(KeyKind.CutToEnd))]
    [InlineData("\u0015", nameof(KeyKind.CutToStart))]
    [InlineData("\u0019", nameof(KeyKind.Yank))]
    [InlineData("\u0014", nameof(KeyKind.Transpose))]
    [InlineData("\u000c", nameof(KeyKind.Redraw))]
    [InlineData("\u001a", nameof(KeyKind.Suspend))]
    [InlineData("\u0003", nameof(KeyKind.Interrupt))]
    [InlineData("\e[A", nameof(KeyKind.Up))]
    [InlineData("\u000e", nameof(KeyKind.Down))]
    [InlineData("\e\r", nameof(KeyKind.Enter))]
    public void A_key_is_known(string bytes, string kind) =>
        Assert.Equal([new Key(Enum.Parse<KeyKind>(kind))], new KeyReader().Read(Encoding.UTF8.GetBytes(bytes)));

    [Theory]
    [InlineData("\e[15~")]
    [InlineData("\e[[A")]
    [InlineData("\e[<0;10;20M")]
    [InlineData("\e[?1;2c")]
    [InlineData("\u0000")]
    [InlineData("\ex")]
    public void A_key_without_a_meaning_is_dropped(string bytes) =>
        Assert.Equal([new Key(KeyKind.Text, "a")], new KeyReader().Read(Encoding.UTF8.GetBytes(bytes + "a")));

    [Fact]
    public void A_paste_is_one_key_whatever_is_in_it() => Assert.Equal(
        [new Key(KeyKind.Text, "a"), new Key(KeyKind.Paste, "x\ry\u0003\e[A\u0004"), new Key(KeyKind.Text, "b")],
        new KeyReader().Read("a\e[200~x\ry\u0003\e[A\u0004\e[201~b"u8));

    [Fact]
    public void Bytes_that_are_not_text_are_dropped() =>
        Assert.Equal([new Key(KeyKind.Text, "a"), new Key(KeyKind.Text, "b")], new KeyReader().Read([(byte)'a', 0xff, (byte)'b']));

    [Fact]
    public void It_makes_no_difference_where_reads_split_keys() => Gen.Select(Gen.OneOf(Pieces).Array[1, 8], Gen.Int[1, 5]).Sample((pieces, size) =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(pieces));
        var split = new KeyReader();
        Assert.Equal(Joined(new KeyReader().Read(bytes)), Joined(bytes.Chunk(size).SelectMany(chunk => split.Read(chunk))));
    });

    /// <summary>Joins neighbouring text keys into one.</summary>
    private static List<Key> Joined(IEnumerable<Key> keys)
    {
        var joined = new List<Key>();
        foreach (Key key in keys)
        {
            if (key.Kind == KeyKind.Text && joined.Count > 0 && joined[^1].Kind == KeyKind.Text)
            {
                joined[^1] = new Key(KeyKind.Text, joined[^1].Text + key.Text);
            }
            else
            {
                joined.Add(key);
            }
        }

        return joined;
    }
}
