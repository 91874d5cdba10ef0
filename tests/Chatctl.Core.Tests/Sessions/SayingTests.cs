using System.Text.Json;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>Lines of sessions and of plain members in one room.</summary>
public sealed class SayingTests : RoomWithSessions
{
    [Fact]
    public void A_line_of_a_session_reaches_plain_members_as_its_text()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"hello\"}\n");
        Assert.Equal("hello\n", plain.Hear());
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear());
    }

    [Fact]
    public void A_line_of_a_plain_member_reaches_sessions_with_its_number_and_no_name()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        plain.Say("hello\nwor");
        plain.Say("ld\n");
        Assert.Equal(["1 1 null hello", "2 1 null world"], Lines(ann));
    }

    [Fact]
    public void A_unit_that_was_given_and_not_sent_is_given_again_before_an_answer()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        plain.Say("one\n");
        Assert.Equal(Outbound.Bytes, ann.Next());
        ann.Say("{\"who\":true}\n");
        Assert.Equal(Outbound.Bytes, ann.Next());
        Assert.Matches("^\\{\"seq\":1,[^\n]*\n\\{\"who\":[^\n]*\n$", ann.Hear());
    }

    [Fact]
    public void Sessions_alone_are_never_held_back_by_the_plain_log()
    {
        Guest ann = Open(Ann, "ann");
        Guest bob = Open(Bob, "bob");
        for (int i = 1; i <= 5000; i++)
        {
            Assert.True(ann.Member.WantsInput);
            ann.Say($"{{\"n\":{i},\"text\":\"line {i}\"}}\n");
            bob.Hear();
            ann.Hear();
        }
    }

    [Fact]
    public void A_slow_session_is_told_which_lines_it_misses()
    {
        Use(Options with { Slow = SlowPolicy.Skip, History = 1 });
        Guest plain = Venue.Join();
        Guest bob = Open(Bob, "bob");
        Guest ann = Open(Ann, "ann");
        ann.Hear();
        for (int i = 1; i <= 2000; i++)
        {
            plain.Say($"line {i}\n");
            plain.Hear();
            bob.Hear();
            ann.Next();
        }

        string[] heard = ann.Hear().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement skipped = JsonDocument.Parse(Assert.Single(heard, line => line.Contains("skipped"))).RootElement;
        long[] seqs = [.. heard.Where(line => line.StartsWith("{\"seq\"")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64())];
        long first = skipped.GetProperty("first").GetInt64(), last = skipped.GetProperty("last").GetInt64();
        Assert.Equal([.. Enumerable.Range(1, (int)first - 1), .. Enumerable.Range((int)last + 1, 2000 - (int)last)], seqs.Select(seq => (int)seq));
    }
}
