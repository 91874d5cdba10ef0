using Chatctl.Cli;

namespace Chatctl.Tests;

public sealed class ValueSyntaxTests
{
    private enum Fruit
    {
        Apple,
        Pear,
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("65536", 65536)]
    [InlineData("64k", 65536)]
    [InlineData("64K", 65536)]
    [InlineData("64KiB", 65536)]
    [InlineData("64kb", 65536)]
    [InlineData("8m", 8 << 20)]
    [InlineData("1g", 1 << 30)]
    [InlineData("1024g", 1L << 40)]
    public void A_size_is_in_powers_of_1024(string text, long bytes)
    {
        Assert.True(ValueSyntax.Size.TryParse(text, out long value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("k")]
    [InlineData("b")]
    [InlineData("1.5m")]
    [InlineData("1025g")]
    [InlineData("99999999999999999999")]
    [InlineData("1 k")]
    public void A_text_that_is_not_a_size_is_refused(string text) => Assert.False(ValueSyntax.Size.TryParse(text, out _));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("10s", 10_000)]
    [InlineData("10S", 10_000)]
    [InlineData("1.5", 1500)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("0", 0)]
    [InlineData("24h", 86_400_000)]
    public void A_duration_has_a_unit_or_is_seconds(string text, long milliseconds)
    {
        Assert.True(ValueSyntax.Duration.TryParse(text, out TimeSpan value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("1,5s")]
    [InlineData("NaN")]
    [InlineData("-infinity")]
    [InlineData("infinity")]
    [InlineData("600h")]
    [InlineData("1e3s")]
    public void A_text_that_is_not_a_duration_or_is_too_long_for_timers_is_refused(string text) =>
        Assert.False(ValueSyntax.Duration.TryParse(text, out _));

    [Theory]
    [InlineData("60s", 60)]
    [InlineData("off", null)]
    [InlineData("OFF", null)]
    [InlineData("0", null)]
    [InlineData("0s", null)]
    public void A_duration_may_be_off(string text, int? seconds)
    {
        Assert.True(ValueSyntax.DurationOrOff.TryParse(text, out TimeSpan? value));
        Assert.Equal(seconds, value?.TotalSeconds);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("9223372036854775807", true)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("1k", false)]
    public void A_count_is_a_whole_number_from_1(string text, bool valid) => Assert.Equal(valid, ValueSyntax.Count.TryParse(text, out _));

    [Theory]
    [InlineData("apple", true)]
    [InlineData("PEAR", true)]
    [InlineData("plum", false)]
    [InlineData("0", false)]
    [InlineData("apple,pear", false)]
    [InlineData("", false)]
    public void One_of_several_is_one_of_the_names(string text, bool valid) => Assert.Equal(valid, ValueSyntax.OneOf<Fruit>().TryParse(text, out _));

    [Fact]
    public void The_names_are_shown_in_lower_case() => Assert.Equal("one of apple, pear", ValueSyntax.OneOf<Fruit>().Expectation);
}
