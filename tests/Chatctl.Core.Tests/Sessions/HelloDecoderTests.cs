using System.Text;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Tests.Sessions;

public sealed class HelloDecoderTests
{
    private const string Client = "5f0c9a4be1d2478893c1f6a0e7b3d215";

    [Fact]
    public void A_hello_may_have_all_members_or_none()
    {
        var full = new Hello("ann", Client, new Since.Position("k3f9q2xw", 1041));
        Assert.Equal(full, Read($$"""{"name":"ann","client":"{{Client}}","since":"k3f9q2xw:1041"}"""));
        Assert.Equal(full, Read($$""" { "since":"k3f9q2xw:1041", "more":{"name":"x"}, "\u006eame":"\u0061nn","client":"{{Client}}" } """ + "\r"));
        Assert.Equal(new Hello(null, null, null), Read("{}"));
        Assert.Equal(new Hello(null, null, null), Read("""{"name":null,"client":null,"since":null}"""));
        Assert.Equal("b", Read("""{"name":"a","name":"b"}""")?.Name);
    }

    [Theory]
    [InlineData("", Fault.Hello)]
    [InlineData("hello", Fault.Hello)]
    [InlineData("[]", Fault.Hello)]
    [InlineData("1", Fault.Hello)]
    [InlineData("{} {}", Fault.Hello)]
    [InlineData("""{"name":"ann" """, Fault.Hello)]
    [InlineData("""{"x":[[[[[[[[]]]]]]]]}""", Fault.Hello)]
    [InlineData("""{"name":7}""", Fault.Name)]
    [InlineData("""{"name":"\ud800"}""", Fault.Name)]
    [InlineData("""{"client":"5f0c9a4be1d2478893c1f"}""", Fault.Client)]
    [InlineData("""{"client":"5f0c9a4be1d2478893c1f6a0 7b3d215"}""", Fault.Client)]
    [InlineData("""{"client":12345678901234567890123}""", Fault.Client)]
    [InlineData("""{"since":"yesterday"}""", Fault.Since)]
    [InlineData("""{"since":-1}""", Fault.Since)]
    [InlineData("""{"since":1.5}""", Fault.Since)]
    [InlineData("""{"since":true}""", Fault.Since)]
    public void A_hello_that_cannot_be_accepted_says_why(string line, string code)
    {
        Assert.False(HelloDecoder.TryDecode(Encoding.UTF8.GetBytes(line), out Hello? hello, out Fault fault));
        Assert.Null(hello);
        Assert.Equal(code, fault.Code);
        Assert.NotEmpty(fault.Message);
    }

    [Fact]
    public void A_hello_has_at_most_4096_bytes()
    {
        string line = "{}".PadRight(4096 - "CHATCTL/1 ".Length);
        Assert.NotNull(Read(line));
        Assert.NotNull(Read(line + "\r"));
        Assert.Null(Read(line + " "));
    }

    [Theory]
    [MemberData(nameof(Asked))]
    public void The_past_is_asked_for_as_a_position_a_number_a_time_or_all(string text, Since? expected)
    {
        Assert.Equal(expected is not null, Since.TryParse(text, out Since? since));
        Assert.Equal(expected, since);
    }

    public static TheoryData<string, Since?> Asked => new()
    {
        { "k3f9q2xw:1041", new Since.Position("k3f9q2xw", 1041) },
        { "a-B_9:0", new Since.Position("a-B_9", 0) },
        { "100", new Since.Lines(100) },
        { "0", new Since.Lines(0) },
        { "all", new Since.All() },
        { "10m", new Since.Age(TimeSpan.FromMinutes(10)) },
        { "250ms", new Since.Age(TimeSpan.FromMilliseconds(250)) },
        { "1.5s", new Since.Age(TimeSpan.FromSeconds(1.5)) },
        { "2h", new Since.Age(TimeSpan.FromHours(2)) },
        { "7d", new Since.Age(TimeSpan.FromDays(7)) },
        { "99999999999999999999d", new Since.Age(TimeSpan.MaxValue) },
        { "", null },
        { "ALL", null },
        { ":1", null },
        { "k3f9:", null },
        { "k3f9:-1", null },
        { "k3f9:+1", null },
        { "k3 f9:1", null },
        { "k3f9:1:2", null },
        { "k3f9:9223372036854775808", null },
        { "-5", null },
        { "5 m", null },
        { "m", null },
        { "5w", null },
        { "-5m", null },
        { "10sm", null },
    };

    private static Hello? Read(string line) => HelloDecoder.TryDecode(Encoding.UTF8.GetBytes(line), out Hello? hello, out _) ? hello : null;
}
