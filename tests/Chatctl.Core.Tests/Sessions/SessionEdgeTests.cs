using System.Text.Json;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>Sessions that begin, change or end at an awkward moment.</summary>
public sealed class SessionEdgeTests : RoomWithSessions
{
    [Fact]
    public void A_member_that_is_stuck_before_its_hello_does_not_keep_receipts_waiting()
    {
        Guest plain = Venue.Join();
        Guest stuck = Venue.Join();
        plain.Say("one\n");
        stuck.Sip();
        stuck.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        plain.Say("two\n");
        plain.Member.EndOfInput();
        Assert.Equal(Outbound.Nothing, plain.Next());
        for (int i = 0; i < 4; i++)
        {
            Venue.Time.Advance(RoomOptions.DefaultReceiptPatience);
        }

        Assert.Equal(Outbound.Finish, plain.Next());
    }

    [Fact]
    public void A_member_that_is_stuck_before_its_hello_is_slow_at_once()
    {
        Use(Options with { Slow = SlowPolicy.Disconnect, History = 1 });
        Guest plain = Venue.Join();
        Guest ear = Venue.Join();
        Guest stuck = Venue.Join();
        Guest bob = Open(Bob, "bob");
        plain.Say("one\n");
        stuck.Sip();
        stuck.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        for (int i = 0; i < 5000 && !stuck.Member.IsEvicted; i++)
        {
            Assert.True(plain.Member.WantsInput, "senders are held back");
            plain.Say("line\n");
            plain.Hear();
            ear.Hear();
            bob.Hear();
            stuck.Next();
        }

        Assert.True(stuck.Member.IsEvicted);
    }

    [Fact]
    public void A_session_whose_only_line_was_refused_ends_after_its_end_of_input()
    {
        Guest ann = Venue.Join();
        ann.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n{{\"n\":1,\"text\":\"a\\nb\"}}\n");
        ann.Member.EndOfInput();
        Assert.Contains("\"n\":1", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void What_was_said_before_the_first_session_is_gone_for_those_who_ask_for_a_time()
    {
        Guest plain = Venue.Join();
        plain.Say("one\ntwo\n");
        Venue.Time.Advance(TimeSpan.FromSeconds(10));
        Join($$"""{"client":"{{Ann}}","since":"1m"}""", out JsonElement hello);
        Assert.Equal(2, hello.GetProperty("gap").GetProperty("last").GetInt64());
        Venue.Time.Advance(TimeSpan.FromMinutes(2));
        Join($$"""{"client":"{{Bob}}","since":"1m"}""", out hello);
        Assert.False(hello.TryGetProperty("gap", out _));
    }

    [Fact]
    public void A_newer_connection_that_brings_another_name_is_told_as_a_new_name()
    {
        Guest bob = Open(Bob, "bob");
        Open(Ann, "ann");
        bob.Hear();
        Guest newer = Open(Ann, "anna");
        Assert.Matches("^\\{\"event\":\"rename\",\"time\":\"[^\"]*\",\"id\":2,\"name\":\"anna\",\"was\":\"ann\"\\}\n$", bob.Hear());
        Assert.Equal("", newer.Hear());
    }
}
