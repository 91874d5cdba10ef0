using System.Buffers;
using System.Text;
using Chatctl.Io;
using Chatctl.Terminal;
using CsCheck;

namespace Chatctl.Tests.Terminal;

public sealed class NeutralizerTests
{
    [Theory]
    [InlineData("plain, tab\t, line\n and line\r\n", "plain, tab\t, line\n and line\r\n")]
    [InlineData("Grüße 日本 😀 e\u0301 שלום", "Grüße 日本 😀 e\u0301 שלום")]
    [InlineData("\e[2J\0\u0007\u007f", "^[[2J^@^G^?")]
    [InlineData("a\rb", "a^Mb")]
    [InlineData("\r\r\n", "^M\r\n")]
    [InlineData("\u009b31m\u0085", "\\u{9b}31m\\u{85}")]
    [InlineData("\u202ax\u202ex\u2066x\u2069x\u2028", "\\u{202a}x\\u{202e}x\\u{2066}x\\u{2069}x\\u{2028}")]
    public void Control_characters_are_shown_and_text_stays_text(string text, string shown)
    {
        Assert.Equal(shown, Shown([Encoding.UTF8.GetBytes(text)]));
        Assert.Equal(shown, Neutralizer.Typed(text));
    }

    [Theory]
    [MemberData(nameof(InvisibleCases.Shown), MemberType = typeof(InvisibleCases))]
    public void Invisible_characters_are_shown_wherever_they_are_split(string text, string shown)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(shown, Shown([bytes[..cut], bytes[cut..]]));
        }

        Assert.Equal(shown, Shown([.. bytes.Select(one => new[] { one })]));
    }

    [Fact]
    public void The_terminal_shows_every_character_as_the_log_does()
    {
        for (int value = 0xa0; value <= 0x10ffff; value++)
        {
            if (Rune.IsValid(value))
            {
                string text = $"a{new Rune(value)}b";
                Assert.Equal(Printable.Of(text), Shown([Encoding.UTF8.GetBytes(text)]));
            }
        }
    }

    [Fact]
    public void Typed_text_keeps_its_joiners_and_marks_of_direction_because_they_come_key_by_key()
    {
        foreach (string key in new[] { "\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\ufe0f", "\U000e0067" })
        {
            Assert.Equal(key, Neutralizer.Typed(key));
        }
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xff, (byte)'b' }, "a\\xffb")]
    [InlineData(new byte[] { 0xe6, 0x97, (byte)'b' }, "\\xe6\\x97b")]
    [InlineData(new byte[] { 0xe6, 0x97 }, "\\xe6\\x97")]
    [InlineData(new byte[] { 0xc0, 0x9b }, "\\xc0\\x9b")]
    [InlineData(new byte[] { (byte)'x', (byte)'\r' }, "x^M")]
    public void Bytes_that_are_not_text_are_shown(byte[] bytes, string shown) => Assert.Equal(shown, Shown([bytes]));

    [Fact]
    public void It_makes_no_difference_where_text_is_split_and_no_control_character_is_left()
    {
        var piece = Gen.OneOf(
            Gen.Byte.Array[0, 4],
            Gen.OneOf("日", "😀", "\u202e", "\u0085", "\r", "\n", "\r\n", "\e", "text", "\u2069", "👩", "\u200d", "\u200c", "म", "\ufe0f", "\u200b", "\U000e0061").Select(Encoding.UTF8.GetBytes));
        piece.Array[0, 12].Sample(pieces =>
        {
            string shown = Shown([[.. pieces.SelectMany(bytes => bytes)]]);
            Assert.Equal(shown, Shown(pieces));
            Assert.Equal(shown, Shown([.. pieces.SelectMany(bytes => bytes).Select(one => new[] { one })]));
            Assert.DoesNotContain(shown.Replace("\r\n", "\n", StringComparison.Ordinal), c => char.IsControl(c) && c is not ('\n' or '\t'));
            Assert.DoesNotContain(shown, c => c is '\u200b' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\udb40');
        });
    }

    private static string Shown(byte[][] pieces)
    {
        var neutralizer = new Neutralizer();
        var output = new ArrayBufferWriter<byte>();
        foreach (byte[] piece in pieces)
        {
            neutralizer.Append(piece, output);
        }

        neutralizer.Finish(output);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output.WrittenSpan);
    }
}
