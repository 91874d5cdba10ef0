using Chatctl.Cli;

namespace Chatctl.Tests.Cli;

public sealed class WrappingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one two", "one two")]
    [InlineData("one two three", "one two|three")]
    [InlineData("one  two\n three", "one two|three")]
    [InlineData("a incomprehensible b", "a|incomprehensible|b")]
    public void A_text_is_broken_at_its_blanks(string text, string lines) => Assert.Equal(lines, string.Join('|', Wrapping.Lines(text, 8)));

    [Fact]
    public void A_meaning_has_a_column_of_its_own() => Assert.Equal(["  --echo  back"], Wrapping.Item("--echo", "back", 10));

    [Fact]
    public void A_term_that_is_too_wide_has_a_line_of_its_own() => Assert.Equal(["  --framing", "          whole"], Wrapping.Item("--framing", "whole", 10));

    [Fact]
    public void A_term_without_a_meaning_is_shown() => Assert.Equal(["  --echo"], Wrapping.Item("--echo", "", 10));
}
