namespace Chatctl.Core.Tests;

public sealed class PaceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_member_may_send_the_units_of_one_second_at_once_and_then_as_many_as_its_pace_allows()
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 10 });
        Guest speaker = venue.Join(), listener = venue.Join();
        Assert.Equal(10, SayWhileWanted(speaker));
        int wakes = venue.Wakes;
        venue.Time.Advance(0.1 * Second - TimeSpan.FromTicks(1));
        Assert.False(speaker.Member.WantsInput);
        Assert.Equal(wakes, venue.Wakes);
        venue.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(wakes + 1, venue.Wakes);
        Assert.Equal(1, SayWhileWanted(speaker));
        Assert.True(listener.Member.WantsInput);
        Assert.Equal(11, listener.Hear().Length / "x\n".Length);
    }

    [Fact]
    public void An_unused_allowance_is_kept_for_one_second()
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 10 });
        Guest speaker = venue.Join();
        SayWhileWanted(speaker);
        venue.Time.Advance(0.5 * Second);
        Assert.Equal(5, SayWhileWanted(speaker));
        venue.Time.Advance(100 * Second);
        Assert.Equal(10, SayWhileWanted(speaker));
    }

    [Fact]
    public void Input_above_the_pace_is_ordered_at_once_and_makes_the_next_pause_longer()
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 10 });
        Guest speaker = venue.Join(), listener = venue.Join();
        string flood = string.Concat(Enumerable.Repeat("x\n", 100));
        speaker.Say(flood);
        Assert.Equal(flood, listener.Hear());
        venue.Time.Advance(9 * Second);
        Assert.False(speaker.Member.WantsInput);
        venue.Time.Advance(0.1 * Second);
        Assert.Equal(1, SayWhileWanted(speaker));
    }

    [Fact]
    public void Input_that_was_already_read_adds_to_the_debt_and_the_wake_comes_when_all_is_paid()
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 10 });
        Guest speaker = venue.Join();
        SayWhileWanted(speaker);
        speaker.Say(string.Concat(Enumerable.Repeat("x\n", 10)));
        int wakes = venue.Wakes;
        venue.Time.Advance(Second);
        Assert.Equal(wakes, venue.Wakes);
        venue.Time.Advance(0.1 * Second);
        Assert.Equal(wakes + 1, venue.Wakes);
        Assert.True(speaker.Member.WantsInput);
    }

    [Fact]
    public void Each_member_has_its_own_pace_and_a_wake_comes_when_it_is_due()
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 10 });
        Guest deep = venue.Join(), shallow = venue.Join();
        deep.Say(string.Concat(Enumerable.Repeat("x\n", 30)));
        shallow.Say(string.Concat(Enumerable.Repeat("x\n", 15)));
        venue.Time.Advance(0.6 * Second);
        Assert.True(shallow.Member.WantsInput);
        Assert.False(deep.Member.WantsInput);
        int wakes = venue.Wakes;
        venue.Time.Advance(1.5 * Second);
        Assert.True(deep.Member.WantsInput);
        Assert.Equal(wakes + 1, venue.Wakes);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7_000_000)]
    [InlineData(30_000_000)]
    public void In_the_long_run_the_rate_of_bytes_holds_exactly(int rate)
    {
        using var venue = new Venue(Venue.Small with { BytesPerSecond = rate });
        Guest speaker = venue.Join();
        string piece = new string('x', 6) + '\n';
        long sent = 0;
        for (int i = 0; i < 10_000; i++)
        {
            if (speaker.Member.WantsInput)
            {
                speaker.Say(piece);
                speaker.Say("\n");
                sent += piece.Length + 1;
                speaker.Hear();
            }

            venue.Time.Advance(TimeSpan.FromTicks(8L * TimeSpan.TicksPerSecond / rate / 2));
        }

        double elapsed = 10_000 * (8L * TimeSpan.TicksPerSecond / rate / 2) / (double)TimeSpan.TicksPerSecond;
        Assert.InRange(sent, 0, rate + (rate * elapsed) + 8);
        Assert.True(rate > 3 || sent > (rate * elapsed) - 8, $"{sent} bytes in {elapsed} s");
    }

    [Fact]
    public void An_unfinished_line_counts_by_its_bytes_and_not_as_a_line()
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 1, BytesPerSecond = 10 });
        Guest speaker = venue.Join();
        speaker.Say("123456789");
        Assert.True(speaker.Member.WantsInput);
        speaker.Say("0");
        Assert.False(speaker.Member.WantsInput);
        venue.Time.Advance(0.1 * Second);
        speaker.Say("\n");
        venue.Time.Advance(0.2 * Second);
        Assert.False(speaker.Member.WantsInput);
        venue.Time.Advance(0.8 * Second);
        Assert.True(speaker.Member.WantsInput);
    }

    [Theory]
    [InlineData("""{"name":"bob"}""")]
    [InlineData("""{"who":true}""")]
    [InlineData("{}")]
    [InlineData("""{"n":0,"text":"refused"}""")]
    [InlineData("""{"n":1,"text":"said"}""")]
    public void Every_line_of_a_session_counts_also_one_that_is_not_said(string line)
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 3 });
        Guest speaker = venue.Join();
        speaker.Say("CHATCTL/1 {}\n");
        speaker.Say(line + "\n");
        Assert.True(speaker.Member.WantsInput);
        speaker.Say(line + "\n");
        Assert.False(speaker.Member.WantsInput);
        venue.Time.Advance(0.4 * Second);
        Assert.True(speaker.Member.WantsInput);
    }

    [Fact]
    public void The_end_of_input_is_taken_at_once_and_the_member_finished()
    {
        using var venue = new Venue(Venue.Small with { LinesPerSecond = 1 });
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("a\nb\nc");
        speaker.Member.EndOfInput();
        Assert.Equal("a\nb\nc\n", listener.Hear());
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    private static int SayWhileWanted(Guest speaker)
    {
        int lines = 0;
        for (; speaker.Member.WantsInput; lines++)
        {
            Assert.True(lines < 1000, "it is never held back");
            speaker.Say("x\n");
        }

        return lines;
    }
}
