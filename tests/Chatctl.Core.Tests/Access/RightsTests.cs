using System.Text.Json;

namespace Chatctl.Core.Tests.Access;

/// <summary>What members may do that somebody knows.</summary>
public sealed class RightsTests : GuardedRoom
{
    public static TheoryData<string, bool, bool> Everybody => new() { { "ann", true, true }, { "bob", true, false }, { "cid", false, true } };

    [Theory]
    [MemberData(nameof(Everybody))]
    public void A_plain_member_gets_lines_if_it_may_read_and_says_them_if_it_may_write(string name, bool mayRead, bool mayWrite)
    {
        Guest other = Known("ann");
        Guest member = Known(name);
        other.Say("from another\n");
        Assert.Equal(mayRead ? "from another\n" : "", member.Hear(out Outbound end));
        Assert.Equal(Outbound.Nothing, end);
        member.Say("from it\n");
        Assert.Equal(mayWrite ? "from it\n" : "", other.Hear());
        Assert.Equal(!mayWrite, member.Member.IsEvicted);
        Assert.Equal(mayWrite ? 0 : 1, Venue.Room.Evictions(EvictionReason.Rights));
        Assert.Equal(mayWrite ? 0 : 1, Events.Count(text => text == "Evicted"));
    }

    [Theory]
    [MemberData(nameof(Everybody))]
    public void A_session_by_token_has_the_same_rights(string name, bool mayRead, bool mayWrite) => Check(ByToken(name, "", out JsonElement hello), hello, name, mayRead, mayWrite);

    [Theory]
    [MemberData(nameof(Everybody))]
    public void A_session_of_a_member_whose_transport_knows_it_has_the_same_rights(string name, bool mayRead, bool mayWrite) =>
        Check(Greet(Known(name), "{}", out JsonElement hello), hello, name, mayRead, mayWrite);

    [Theory]
    [InlineData("ann", "bob", true, false)]
    [InlineData("bob", "cid", false, true)]
    [InlineData("cid", "ann", true, true)]
    [InlineData("bob", "ann", true, true)]
    public void A_token_counts_more_than_what_the_transport_knows(string known, string shown, bool mayRead, bool mayWrite)
    {
        Guest other = Known("ann");
        Guest member = Known(known);
        member.Hear();
        Greet(member, $$"""{"token":"{{Tokens[shown]}}"}""", out JsonElement hello);
        other.Member.Leave();
        Check(member, hello, shown, mayRead, mayWrite);
    }

    [Fact]
    public void A_wrong_token_is_refused_even_if_the_transport_knows_the_member()
    {
        Greet(Known("ann"), """{"token":"chatctl_"}""", out JsonElement answer);
        Assert.Equal("auth", answer.GetProperty("error").GetString());
    }

    [Fact]
    public void A_half_closed_listener_that_may_not_read_is_finished_at_once()
    {
        Guest cid = Known("cid");
        cid.Member.EndOfInput();
        cid.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
        Guest bob = Known("bob");
        bob.Member.EndOfInput();
        bob.Hear(out end);
        Assert.Equal(Outbound.Nothing, end);
    }

    [Fact]
    public void A_writer_that_may_not_read_gets_its_receipt()
    {
        Guest bob = Known("bob");
        Guest cid = Known("cid");
        cid.Say("one\ntwo");
        cid.Member.EndOfInput();
        cid.Hear(out Outbound end);
        Assert.Equal(Outbound.Nothing, end);
        Assert.Equal("one\ntwo\n", bob.Hear());
        Assert.Equal("", cid.Hear(out end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void Nobody_waits_for_a_member_that_may_not_read()
    {
        Guest session = ByToken("cid");
        Guest plain = Known("cid");
        Guest ann = ByToken("ann");
        for (int line = 1; line <= 10_000; line++)
        {
            Assert.True(ann.Member.WantsInput);
            ann.Say($$"""{"n":{{line}},"text":"sixteen letters"}""" + "\n");
            Assert.Contains($"{{\"ack\":{line},", ann.Hear());
        }

        Assert.Equal("", session.Hear() + plain.Hear());
        Assert.Equal(0, Venue.Room.Figures().Deliveries);
        Assert.Equal(0, Venue.Room.Figures().Lag);
    }

    [Fact]
    public void A_member_that_may_not_read_gets_nothing_of_the_past()
    {
        Known("ann").Say("said before\n");
        Guest cid = ByToken("cid", ",\"since\":\"all\"", out JsonElement hello);
        Assert.Equal(hello.GetProperty("next").GetInt64(), hello.GetProperty("first").GetInt64());
        Assert.False(hello.TryGetProperty("gap", out _));
        Assert.Equal("", cid.Hear());
        ByToken("cid", ",\"since\":\"abcdefgh:99999\"", out hello);
        Assert.True(hello.TryGetProperty("room", out _));
    }

    [Fact]
    public void A_line_that_was_taken_while_it_was_allowed_is_acknowledged_again()
    {
        Guest ann = ByToken("ann", $",\"client\":\"{Client}\"");
        ann.Say("{\"n\":5,\"text\":\"x\"}\n");
        ann.Member.Leave();
        Doorkeeper.Rules = Core.Access.RuleSyntax.Read($"ann {Core.Access.AccessToken.ProofOf(Tokens["ann"])} read\n");
        ann = ByToken("ann", $",\"client\":\"{Client}\"", out JsonElement hello);
        Assert.True(hello.GetProperty("resumed").GetBoolean());
        ann.Say("{\"n\":5,\"text\":\"x\"}\n{\"n\":6,\"text\":\"y\"}\n{\"text\":\"z\"}\n");
        string heard = ann.Hear();
        Assert.Contains("{\"ack\":5,", heard);
        Assert.Contains("\"n\":6}", heard);
        Assert.Equal(2, heard.Split("\"error\":\"rights\"").Length - 1);
        Assert.Equal(1, Venue.Room.Sequence);
    }

    private void Check(Guest session, JsonElement hello, string name, bool mayRead, bool mayWrite)
    {
        Assert.Equal(name, hello.GetProperty("name").GetString());
        Assert.Equal(!mayRead ? "write" : mayWrite ? "read,write" : "read", hello.GetProperty("rights").GetString());
        session.Hear();
        Guest listener = Known("bob");
        Guest ann = ByToken("ann", ",\"name\":\"the other\"");
        ann.Hear();
        ann.Say("{\"text\":\"from ann\"}\n");
        Assert.Equal("from ann\n", listener.Hear());
        string heard = session.Hear();
        Assert.Equal(mayRead, heard.Contains("from ann", StringComparison.Ordinal));
        Assert.Equal(mayRead, heard.Contains("\"event\":\"join\"", StringComparison.Ordinal));

        session.Say("{\"n\":1,\"text\":\"from it\"}\n");
        Assert.Equal(mayWrite ? "from it\n" : "", listener.Hear());
        ann.Hear();
        heard = session.Hear();
        Assert.Contains(mayWrite ? "{\"ack\":1," : "\"error\":\"rights\"", heard);
        Assert.Equal(!mayWrite, heard.Contains("\"n\":1}", StringComparison.Ordinal));

        session.Say("{\"who\":true}\n");
        Assert.Contains(mayRead ? "{\"who\":[" : "\"error\":\"rights\"", session.Hear());
        session.Say("{\"name\":\"dora\"}\n");
        Assert.Contains(mayWrite ? "{\"name\":\"dora\"}" : "\"error\":\"rights\"", session.Hear());
        Assert.Equal(mayWrite, ann.Hear().Contains("dora", StringComparison.Ordinal));

        session.Member.EndOfInput();
        session.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
        Assert.Equal(0, Venue.Room.Evictions(EvictionReason.Protocol));
    }
}
