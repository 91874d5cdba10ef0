using System.Text.Json;
using Chatctl.Core.Access;

namespace Chatctl.Core.Tests.Access;

/// <summary>What becomes of a member that nobody knows.</summary>
public sealed class StrangerTests : GuardedRoom
{
    [Fact]
    public void A_stranger_gets_not_one_byte_of_a_room_full_of_talk()
    {
        Guest ann = Known("ann");
        Guest session = ByToken("ann");
        Guest stranger = Venue.Join();
        for (int line = 0; line < 200; line++)
        {
            ann.Say($"line {line}\n");
            session.Say($$"""{"text":"said {{line}}"}""" + "\n");
            ByToken("bob").Member.Leave();
            ann.Hear();
            session.Hear();
            Assert.Equal("", stranger.Hear(out Outbound end));
            Assert.Equal(Outbound.Nothing, end);
        }

        Assert.False(stranger.Member.IsEvicted);
    }

    [Theory]
    [InlineData("hello\n")]
    [InlineData("C\n")]
    [InlineData("CHATCTL/2 {}\n")]
    [InlineData("\n")]
    [InlineData("\0")]
    public void A_first_line_that_is_no_hello_ends_a_stranger(string line)
    {
        Guest ann = Known("ann");
        Guest stranger = Venue.Join();
        foreach (char letter in line)
        {
            stranger.Say(letter.ToString());
        }

        Assert.True(stranger.Member.IsEvicted);
        Assert.Equal("", stranger.Hear());
        Assert.Equal("", ann.Hear());
        Assert.Equal(1, Venue.Room.Evictions(EvictionReason.Refused));
        Assert.Equal(1, Events.Count(name => name == "Stranger"));
        Assert.DoesNotContain("Evicted", Events);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CHAT")]
    public void The_end_of_input_without_a_hello_ends_a_stranger(string beginning)
    {
        Guest ann = Known("ann");
        Guest stranger = Venue.Join();
        stranger.Say(beginning);
        stranger.Member.EndOfInput();
        Assert.True(stranger.Member.IsEvicted);
        Assert.Equal("", ann.Hear());
        Assert.Equal(1, Events.Count(name => name == "Stranger"));
    }

    [Fact]
    public void A_stranger_that_says_nothing_is_ended_after_ten_seconds()
    {
        Guest early = Venue.Join();
        Venue.Time.Advance(TimeSpan.FromSeconds(6));
        Guest late = Venue.Join();
        late.Say("CHATCTL/1 {");
        Guest known = Known("bob");
        Venue.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(early.Member.IsEvicted);
        Assert.False(late.Member.IsEvicted);
        Venue.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(late.Member.IsEvicted);
        Venue.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(known.Member.IsEvicted);
        Assert.Equal(2, Events.Count(name => name == "Stranger"));
    }

    [Fact]
    public void A_stranger_that_has_shown_its_token_stays()
    {
        Guest bob = ByToken("bob");
        Venue.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(bob.Member.IsEvicted);
        Known("ann").Say("still here?\n");
        Assert.Contains("still here?", bob.Hear());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"name":"ann"}""")]
    [InlineData("""{"token":null}""")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"token":7}""")]
    [InlineData("""{"token":["x"]}""")]
    [InlineData("""{"token":"\ud800"}""")]
    [InlineData("""{"token":"chatctl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","since":"all"}""")]
    public void A_hello_without_a_good_token_is_a_fatal_error_and_then_the_end(string hello)
    {
        Known("ann").Say("a secret\n");
        Guest stranger = Greet(Venue.Join(), hello, out JsonElement answer);
        Assert.Equal("auth", answer.GetProperty("error").GetString());
        Assert.False(stranger.Member.WantsInput);
        Assert.Equal("", stranger.Hear(out Outbound end));
        Assert.Equal(Outbound.CutOff, end);
        Venue.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(stranger.Member.IsEvicted);
        Assert.Single(Events, name => name is "Stranger" or "WrongToken" or "Evicted");
    }

    [Fact]
    public void A_token_is_found_however_the_hello_is_cut()
    {
        string hello = $$"""CHATCTL/1 {"token":"{{Tokens["ann"]}}","client":"{{Client}}"}""" + "\n{\"n\":1,\"text\":\"x\"}\n";
        for (int cut = 1; cut < hello.Length; cut++)
        {
            using var venue = new Venue(Options, access: new Doorkeeper(Rules));
            Guest bob = venue.Join(new Peer(null, UserName: "bob"));
            Guest ann = venue.Join();
            ann.Say(hello[..cut]);
            bob.Hear();
            Assert.DoesNotContain("from", ann.Hear());
            ann.Say(hello[cut..]);
            Assert.False(ann.Member.IsEvicted);
            Assert.Equal("x\n", bob.Hear());
            Assert.Contains("{\"ack\":1,", ann.Hear());
        }
    }

    [Fact]
    public void The_end_of_input_ends_a_hello_with_a_token()
    {
        Guest cid = Venue.Join();
        cid.Say($$"""CHATCTL/1 {"token":"{{Tokens["ann"]}}"}""");
        cid.Member.EndOfInput();
        Assert.StartsWith("CHATCTL/1 {\"room\"", cid.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_hello_that_is_too_long_is_not_looked_at()
    {
        Guest stranger = Venue.Join();
        stranger.Say($$"""CHATCTL/1 {"token":"{{new string('x', 5000)}}"}""" + "\n");
        Assert.Contains("\"error\":\"hello\"", stranger.Hear());
        Assert.Equal(0, Doorkeeper.Asked);
    }

    [Fact]
    public void A_token_is_not_looked_at_when_it_came_in_the_clear_or_after_too_many_guesses()
    {
        Doorkeeper.Answer = new TokenAnswer(TokenResult.InTheClear);
        Greet(Venue.Join(), $$"""{"token":"{{Tokens["ann"]}}"}""", out JsonElement answer);
        Assert.Equal("auth", answer.GetProperty("error").GetString());
        Assert.Contains("without encryption", answer.GetProperty("message").GetString());
        Doorkeeper.Answer = new TokenAnswer(TokenResult.TooManyGuesses, Wait: TimeSpan.FromSeconds(3.2));
        Greet(Venue.Join(), $$"""{"token":"{{Tokens["ann"]}}"}""", out answer);
        Assert.Contains("wait 4 s", answer.GetProperty("message").GetString());
        Assert.Equal(["TokenInTheClear", "TooManyGuesses"], Events.Where(name => name is not "Joined"));
    }

    [Fact]
    public void Strangers_are_no_members_that_others_see_or_count()
    {
        Use(Options with { Presence = PresenceScope.All });
        Guest ann = ByToken("ann");
        Known("bob");
        Guest stranger = Venue.Join();
        Guest other = Venue.Join();
        other.Say("CHATCTL/1 {}\n");
        other.Hear();
        stranger.Member.Leave();
        Venue.Join();

        // It is told about bob alone.
        Assert.Equal("{\"event\":\"join\",", Assert.Single(ann.Hear().Split('\n', StringSplitOptions.RemoveEmptyEntries))[..16]);
        ann.Say("{\"who\":true}\n");
        string who = ann.Hear();
        Assert.Contains("\"plain\":1,", who);
        Assert.DoesNotContain("event", who);
    }

    [Fact]
    public void A_draining_room_ends_strangers_too()
    {
        Guest silent = Venue.Join();
        Guest speaking = Venue.Join();
        speaking.Say("CHATCTL/1 {");
        Venue.Room.Drain();
        silent.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
        speaking.Hear(out end);
        Assert.Equal(Outbound.CutOff, end);
    }

    [Fact]
    public void Receipts_do_not_wait_for_strangers()
    {
        Guest stranger = Venue.Join();
        Guest ann = Known("ann");
        ann.Say("x\n");
        ann.Member.EndOfInput();
        ann.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
        Assert.Equal("", stranger.Hear());
        Assert.Equal(0, Venue.Room.Figures().Deliveries);
    }

    [Theory]
    [InlineData(false, Framing.Line)]
    [InlineData(true, Framing.Raw)]
    public void Without_sessions_a_stranger_does_not_get_in(bool sessions, Framing framing)
    {
        Use(Options with { Sessions = sessions, Framing = framing });
        Guest ann = Known("ann");
        Guest stranger = Venue.Join();
        Assert.True(stranger.Member.IsEvicted);
        stranger.Say($$"""CHATCTL/1 {"token":"{{Tokens["ann"]}}"}""" + "\n");
        Assert.Equal("", ann.Hear());
        Assert.Single(Events, name => name == "Stranger");
    }

    [Fact]
    public void In_a_room_without_rules_a_token_means_nothing()
    {
        using var venue = new Venue(Options);
        Greet(venue.Join(), """{"token":"chatctl_x","name":"ann"}""", out JsonElement answer);
        Assert.Equal("ann", answer.GetProperty("name").GetString());
        Assert.False(answer.TryGetProperty("rights", out _));
        Greet(venue.Join(), """{"token":7}""", out answer);
        Assert.Equal("guest", answer.GetProperty("name").GetString());
    }
}
