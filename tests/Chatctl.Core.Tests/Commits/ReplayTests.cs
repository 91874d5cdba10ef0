using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chatctl.Core.Tests.Commits;

/// <summary>How a session gets the past that is not in memory any more.</summary>
public sealed class ReplayTests : RoomWithJournal
{
    private const int Many = 20_000;

    [Fact]
    public void The_past_and_the_present_join_without_a_seam()
    {
        Venue venue = Open();
        Guest speaker = venue.Join();
        Say(speaker, 1, Many);
        Guest ann = Greet(venue, "{\"since\":\"all\"}", out JsonElement hello);
        Assert.Equal(1, hello.GetProperty("first").GetInt64());
        Assert.False(hello.TryGetProperty("gap", out _));
        var heard = new StringBuilder();
        for (int line = Many + 1; line <= 2 * Many; line += 100)
        {
            // The room goes on while the session reads.
            Say(speaker, line, line + 99, () => heard.Append(ann.Hear()));
            heard.Append(ann.Hear());
        }

        Until(() => heard.Append(ann.Hear()).ToString().EndsWith($"\"text\":\"line {2 * Many}\"}}\n", StringComparison.Ordinal), () => "the last line never came");
        Assert.Equal(Numbers(1, 2 * Many), Texts(heard.ToString()));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("15000", 15_000)]
    public void As_many_lines_come_as_were_asked_for(string since, int lines)
    {
        Venue venue = Open();
        Say(venue.Join(), 1, Many);
        Guest ann = Greet(venue, $$"""{"since":"{{since}}"}""", out JsonElement hello);
        Assert.Equal(Many - lines + 1, hello.GetProperty("first").GetInt64());
        Assert.Equal(Numbers(Many - lines + 1, Many), Texts(HearUntil(ann, $"\"text\":\"line {Many}\"}}\n")));
    }

    [Fact]
    public void The_lines_of_a_time_come()
    {
        Venue venue = Open(Options with { StallTimeout = TimeSpan.FromHours(1) });
        Guest speaker = venue.Join();
        Say(speaker, 1, 9_000);
        venue.Time.Advance(TimeSpan.FromMinutes(1));
        Say(speaker, 9_001, Many);
        Guest ann = Greet(venue, "{\"since\":\"30s\"}", out JsonElement hello);
        Assert.False(hello.TryGetProperty("gap", out _));
        Assert.True(hello.GetProperty("first").GetInt64() <= 9_001);
        Assert.Equal(Numbers(9_001, Many), Texts(HearUntil(ann, $"\"text\":\"line {Many}\"}}\n")));
    }

    [Fact]
    public void Own_lines_are_left_out()
    {
        Venue venue = Open();
        Guest ann = Greet(venue, $$"""{"client":"{{Ann}}"}""", out JsonElement first);
        Guest speaker = venue.Join();
        for (int line = 1; line <= 10_000; line++)
        {
            ann.Say("{\"text\":\"mine\"}\n");
            Say(speaker, line, line, () => ann.Hear());
        }

        speaker.Say("end\n");
        HearUntil(ann, "\"text\":\"end\"}\n");
        ann.Member.Leave();
        Guest again = Greet(venue, $$"""{"client":"{{Ann}}","since":"{{first.GetProperty("epoch").GetString()}}:0"}""");
        Assert.Equal([.. Numbers(1, 10_000), "end"], Texts(HearUntil(again, "\"text\":\"end\"}\n")));
        Guest other = Greet(venue, "{\"since\":\"all\"}");
        string heard = "";
        Until(() => (heard += other.Hear()).Contains("\"text\":\"end\"}\n", StringComparison.Ordinal), () => "the last line never came");
        Assert.Equal(10_000, Texts(heard).Count(text => text == "mine"));
    }

    [Fact]
    public void A_session_that_has_half_closed_gets_the_past_and_then_its_end()
    {
        Venue venue = Open();
        Say(venue.Join(), 1, Many);
        Guest ann = venue.Join();
        ann.Say("CHATCTL/1 {\"since\":\"all\"}\n");
        ann.Member.EndOfInput();
        var heard = new StringBuilder();
        Outbound end = default;
        Until(() => (heard.Append(ann.Hear(out end)), end).end == Outbound.Finish, () => "the end never came");
        Assert.Equal(Numbers(1, Many), Texts(heard.ToString()));
    }

    [Fact]
    public void A_session_that_reads_the_past_slowly_holds_nobody_back_and_stays()
    {
        Venue venue = Open(Options with { Slow = SlowPolicy.Disconnect });
        Guest speaker = venue.Join();
        Say(speaker, 1, Many);
        Guest ann = Greet(venue, "{\"since\":\"all\"}");
        ann.Sip();
        Say(speaker, Many + 1, 2 * Many);
        speaker.Member.EndOfInput();
        Until(speaker, Outbound.Finish);
        Assert.Equal(Numbers(1, 2 * Many), Texts(HearUntil(ann, $"\"text\":\"line {2 * Many}\"}}\n").Insert(0, "{")));
    }

    [Fact]
    public void A_session_that_reads_the_past_is_told_its_acks()
    {
        Venue venue = Open();
        Guest speaker = venue.Join();
        Say(speaker, 1, Many);
        Guest ann = Greet(venue, $$"""{"client":"{{Ann}}","since":"all"}""");
        ann.Say("{\"n\":1,\"text\":\"mine\"}\n");
        string heard = "";
        Until(() => (speaker.Hear(), heard += ann.Hear()).Item2.Contains("{\"ack\":1,\"seq\":20001}\n"), () => "the ack never came");
    }

    [Fact]
    public void What_the_journal_has_deleted_is_told_as_a_gap()
    {
        Venue venue = Open(keep: 1 << 20);
        Guest speaker = venue.Join();
        Say(speaker, 1, 2 * Many);
        Guest ann = Greet(venue, "{\"since\":\"all\"}", out JsonElement hello);
        long first = hello.GetProperty("first").GetInt64();
        JsonElement gap = hello.GetProperty("gap");
        Assert.Equal((1, first - 1), (gap.GetProperty("first").GetInt64(), gap.GetProperty("last").GetInt64()));
        CheckThatAllIsToldFrom((int)first, 2 * Many, HearUntil(ann, $"\"text\":\"line {2 * Many}\"}}\n"));
    }

    [Fact]
    public void What_is_deleted_while_a_session_reads_is_told_as_skipped()
    {
        Venue venue = Open(keep: 1 << 20);
        Guest speaker = venue.Join();
        Say(speaker, 1, 5_000);
        Guest ann = Greet(venue, "{\"since\":\"all\"}");
        ann.Sip();
        Say(speaker, 5_001, 3 * Many);
        string heard = "{" + HearUntil(ann, $"\"text\":\"line {3 * Many}\"}}\n");
        Assert.NotEqual(0, CheckThatAllIsToldFrom(1, 3 * Many, heard));
    }

    [Fact]
    public void The_past_comes_over_a_restart_too()
    {
        Venue first = Open();
        Guest ann = Greet(first, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        Guest speaker = first.Join();
        Say(speaker, 1, Many - 1, () => ann.Hear());
        speaker.Say($"line {Many}\n");
        HearUntil(ann, $"\"text\":\"line {Many}\"}}\n");
        Kill();
        Venue second = Open();
        Guest again = Greet(second, $$"""{"client":"{{Ann}}","since":"{{hello.GetProperty("epoch").GetString()}}:7"}""");
        Say(second.Join(), Many + 1, Many + 10);
        Assert.Equal(Numbers(8, Many + 10), Texts(HearUntil(again, $"\"text\":\"line {Many + 10}\"}}\n")));
    }

    [Fact]
    public void The_members_of_a_drained_room_get_all_of_the_past()
    {
        Venue venue = Open();
        Say(venue.Join(), 1, Many);
        Guest ann = Greet(venue, "{\"since\":\"all\"}");
        venue.Room.Drain();
        var heard = new StringBuilder();
        Outbound end = default;
        Until(() => (heard.Append(ann.Hear(out end)), end).end == Outbound.Finish, () => "the end never came");
        Assert.Equal(Numbers(1, Many), Texts(heard.ToString()));
    }

    /// <summary>Every line is heard or is told as skipped, in their order. Files can be deleted at any time.</summary>
    /// <returns>How many were skipped.</returns>
    private static int CheckThatAllIsToldFrom(int first, int last, string heard)
    {
        int next = first;
        int skipped = 0;
        foreach (JsonElement unit in heard.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement))
        {
            if (unit.TryGetProperty("seq", out JsonElement seq))
            {
                Assert.Equal((next, $"line {next}"), (seq.GetInt32(), unit.GetProperty("text").GetString()));
                next++;
            }
            else if (unit.GetProperty("event").GetString() == "skipped")
            {
                Assert.Equal(next, unit.GetProperty("first").GetInt32());
                skipped += unit.GetProperty("last").GetInt32() - next + 1;
                next = unit.GetProperty("last").GetInt32() + 1;
            }
        }

        Assert.Equal(last + 1, next);
        return skipped;
    }

    private static void Say(Guest speaker, int first, int last, Action? meanwhile = null)
    {
        for (int line = first; line <= last; line++)
        {
            if (!speaker.Member.WantsInput)
            {
                Until(() => Look(speaker, meanwhile), () => "the room never reads again");
            }

            speaker.Say($"line {line.ToString(CultureInfo.InvariantCulture)}\n");
        }
    }

    private static bool Look(Guest speaker, Action? meanwhile)
    {
        speaker.Hear();
        meanwhile?.Invoke();
        return speaker.Member.WantsInput;
    }

    private static IEnumerable<string> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(line => $"line {line}");
}
