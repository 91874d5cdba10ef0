using System.Globalization;
using System.Text;
using Chatctl.Io;
using Chatctl.Logging;
using CsCheck;
using Microsoft.Extensions.Logging;

namespace Chatctl.Tests.Logging;

public sealed class PrintableTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char[char.MinValue, char.MaxValue], Gen.Char['\0', '\u00a0'], Gen.Char['\u2000', '\u206f'], Gen.Char['\ud800', '\udfff']).Array[0, 40].Select(chars => new string(chars));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("grün 漢字 🙂", "grün 漢字 🙂")]
    [InlineData(@"C:\new", @"C:\new")]
    [InlineData("a\nchatctl: forged\r\n", @"a\nchatctl: forged\r\n")]
    [InlineData("\t\0\u001b[2J\u007f\u0085", @"\t\u{0}\u{1b}[2J\u{7f}\u{85}")]
    [InlineData("\u202e\u2066\u200b\u2028\u2029\ufeff", @"\u{202e}\u{2066}\u{200b}\u{2028}\u{2029}\u{feff}")]
    public void Characters_that_could_forge_a_line_or_command_a_terminal_are_escaped(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Theory]
    [MemberData(nameof(InvisibleCases.Shown), MemberType = typeof(InvisibleCases))]
    public void Invisible_characters_are_escaped(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void Invalid_text_is_escaped() => Assert.Equal(@"a\u{d800}b\u{dc00}", Printable.Of("a\ud800b\udc00"));

    [Fact]
    public void Any_text_becomes_one_printable_line() => AnyText.Sample(text =>
    {
        string line = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(LogLine.Text(LogLevel.Information, text));
        Assert.StartsWith("chatctl: ", line, StringComparison.Ordinal);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.All(line[..^1].EnumerateRunes(), rune => Assert.False(
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || rune.Value is 0x200b or 0x200e or 0x200f or (>= 0x202a and <= 0x202e) or (>= 0x2060 and <= 0x206f) or 0xfeff,
            $"{rune.Value:x}"));
        Assert.DoesNotContain('\ufffd', text.Contains('\ufffd', StringComparison.Ordinal) ? "" : line);
    });
}
