using System.Text.Json;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>What a session is told of its own lines, and how it goes on over another connection.</summary>
public sealed class ResumeTests : RoomWithSessions
{
    [Fact]
    public void An_ack_and_the_lines_behind_it_are_given_together()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        plain.Hear();
        plain.Say("two\n");
        ann.Say("{\"text\":\"three\"}\n");
        plain.Say("four\n");
        byte[] scratch = new byte[1024];
        Assert.Equal(Outbound.Bytes, ann.Member.Pending(scratch, out ReadOnlyMemory<byte> bytes));
        Assert.Matches("^\\{\"ack\":1,\"seq\":1\\}\n\\{\"seq\":2,.*\n\\{\"seq\":4,.*\n$", System.Text.Encoding.UTF8.GetString(bytes.Span));

        // The system takes the ack and a part of the first line.
        int taken = bytes.Length / 2;
        string rest = System.Text.Encoding.UTF8.GetString(bytes.Span[taken..]);
        ann.Member.Sent(taken);
        Assert.Equal(rest, ann.Hear());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Own_lines_that_are_gone_make_no_gap(int heard)
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann", out string epoch);
        plain.Say("a line of another\n");
        ann.Hear();
        for (int n = 1; n <= 20_000; n++)
        {
            ann.Say($"{{\"n\":{n},\"text\":\"a line that is neither short nor long\"}}\n");
            plain.Hear();
            ann.Hear();
        }

        ann.Member.Leave();
        Guest again = Venue.Join();
        again.Say($"CHATCTL/1 {{\"client\":\"{Ann}\",\"since\":\"{epoch}:{heard}\"}}\n");
        JsonElement hello = JsonDocument.Parse(again.Hear().Split('\n')[0]["CHATCTL/1 ".Length..]).RootElement;
        Assert.Equal(heard == 0, hello.TryGetProperty("gap", out _));
        Assert.True(hello.GetProperty("first").GetInt64() > heard + 1);
        Join($$"""{"since":"{{epoch}}:{{heard}}"}""", out JsonElement other);
        Assert.True(other.TryGetProperty("gap", out _));
    }

    [Fact]
    public void No_receipt_waits_until_a_session_has_got_what_was_said_before_it_came()
    {
        Guest ann = Open(Ann, "ann");
        Guest plain = Venue.Join();
        plain.Say("one\n");
        ann.Hear();
        plain.Member.EndOfInput();
        Guest bob = Join("{\"since\":\"all\"}");
        Assert.Equal(Outbound.Bytes, bob.Next());
        Assert.Equal(Outbound.Finish, plain.Next());
    }

    [Fact]
    public void An_ack_does_not_wait_once_more_because_members_began_to_lag_at_different_lines()
    {
        Guest first = Venue.Join(), second = Venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        first.Next();
        second.Hear();
        ann.Hear();
        Venue.Time.Advance(0.1 * RoomOptions.DefaultReceiptPatience);
        ann.Say("{\"n\":2,\"text\":\"two\"}\n");
        second.Next();
        Assert.Equal("", ann.Hear());
        Venue.Time.Advance(0.9 * RoomOptions.DefaultReceiptPatience);
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear());
        int wakes = Venue.Wakes;
        Venue.Time.Advance(0.1 * RoomOptions.DefaultReceiptPatience);
        Assert.True(Venue.Wakes > wakes);
        Assert.Equal("{\"ack\":2,\"seq\":2}\n", ann.Hear());
    }

    [Fact]
    public void An_ack_waits_until_the_line_has_been_sent_to_the_others()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        Guest bob = Open(Bob, "bob");
        ann.Hear();
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        Assert.Equal("", ann.Hear());
        plain.Hear();
        Assert.Equal("", ann.Hear());
        int wakes = Venue.Wakes;
        bob.Hear();
        Assert.True(Venue.Wakes > wakes);
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear());
    }

    [Fact]
    public void A_session_that_resumes_gets_each_line_once()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann", out string epoch);
        plain.Say("one\n");
        Assert.Equal(["1 1 null one"], Lines(ann));
        ann.Member.Leave();
        plain.Say("two\n");
        Guest again = Join($$"""{"client":"{{Ann}}","since":"{{epoch}}:1"}""");
        plain.Say("three\n");
        Assert.Equal(["2 1 null two", "3 1 null three"], Lines(again));
    }

    [Fact]
    public void A_line_that_is_sent_again_is_said_once()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n{\"n\":2,\"text\":\"two\"}\n");
        ann.Member.Leave();
        Guest again = Open(Ann, "ann");
        again.Say("{\"n\":1,\"text\":\"one\"}\n{\"n\":2,\"text\":\"two\"}\n{\"n\":3,\"text\":\"three\"}\n");
        Assert.Equal("one\ntwo\nthree\n", plain.Hear());
        Assert.EndsWith("{\"ack\":3,\"seq\":3}\n", again.Hear());
    }

    [Fact]
    public void What_a_session_was_to_get_counts_the_lines_of_others_only()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann", out string epoch);
        ann.Say("{\"n\":1,\"text\":\"one\"}\n{\"n\":2,\"text\":\"two\"}\n");
        plain.Say("three\n");
        Assert.Equal(3, Venue.Room.Figures().Deliveries);
        ann.Member.Leave();
        Join($$"""{"client":"{{Ann}}","since":"{{epoch}}:1"}""");
        plain.Say("four\n");
        Assert.Equal(5, Venue.Room.Figures().Deliveries);
    }

    [Fact]
    public void A_newer_connection_replaces_an_older_one_of_the_same_session()
    {
        Guest bob = Open(Bob, "bob");
        Guest ann = Open(Ann, "ann");
        bob.Hear();
        Guest newer = Open(Ann, "ann");
        Assert.True(ann.Member.IsEvicted);
        ann.Say("{\"n\":1,\"text\":\"late\"}\n");
        ann.Member.Leave();
        newer.Say("{\"n\":1,\"text\":\"one\"}\n");
        Assert.Equal(["1 2 ann one"], Lines(bob));
    }

    [Fact]
    public void What_is_gone_of_the_past_is_named()
    {
        Use(Options with { History = 1 });
        Guest plain = Venue.Join();
        Guest ear = Venue.Join();
        for (int i = 1; i <= 1000; i++)
        {
            plain.Say($"line {i}\n");
            ear.Hear();
            plain.Hear();
        }

        Guest ann = Join($$"""{"client":"{{Ann}}","since":"all"}""", out JsonElement hello);
        long last = hello.GetProperty("gap").GetProperty("last").GetInt64();
        Assert.Equal(1, hello.GetProperty("gap").GetProperty("first").GetInt64());
        Assert.Equal(last + 1, hello.GetProperty("first").GetInt64());
        Assert.Equal(1001, hello.GetProperty("next").GetInt64());
        Assert.Equal(Enumerable.Range((int)last + 1, 1000 - (int)last).Select(i => $"{i} 1 null line {i}"), Lines(ann));
    }

    [Theory]
    [InlineData("3", 998)]
    [InlineData("\"3\"", 998)]
    [InlineData("\"10s\"", 990)]
    [InlineData("\"EPOCH:990\"", 991)]
    [InlineData("\"EPOCH:1000\"", 1001)]
    [InlineData("\"all\"", 1)]
    [InlineData("5000", 1)]
    public void The_past_is_found_by_number_time_and_position(string since, int first)
    {
        Use(Options with { History = 1 << 20, BufferBytes = 1 << 20 });
        Guest plain = Venue.Join();
        for (int i = 1; i <= 1000; i++)
        {
            Venue.Time.Advance(TimeSpan.FromSeconds(1));
            plain.Say($"line {i}\n");
            plain.Hear();
        }

        Open(Bob, "bob", out string epoch);
        Guest ann = Join($$"""{"client":"{{Ann}}","since":{{since.Replace("EPOCH", epoch)}}}""", out JsonElement hello);
        Assert.Equal(first, hello.GetProperty("first").GetInt64());
        Assert.False(hello.TryGetProperty("gap", out _));
        Assert.Equal(Enumerable.Range(first, 1001 - first).Select(i => $"{i} 1 null line {i}"), Lines(ann));
    }

    [Fact]
    public void A_position_of_another_epoch_is_told_and_one_of_the_future_is_refused()
    {
        Guest ann = Join($$"""{"client":"{{Ann}}","since":"other:7"}""", out JsonElement hello);
        Assert.Equal("other", hello.GetProperty("gap").GetProperty("epoch").GetString());
        Guest bad = Venue.Join();
        bad.Say($$"""CHATCTL/1 {"since":"{{hello.GetProperty("epoch").GetString()}}:1"}""" + "\n");
        Assert.StartsWith("CHATCTL/1 {\"error\":\"since\"", bad.Hear());
    }
}
