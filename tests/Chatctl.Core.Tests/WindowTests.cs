using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

public sealed class WindowTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_full_window_holds_all_senders_back_and_a_wake_comes_when_it_is_open_again()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), laggard = venue.Join();
        int lines = Venue.Fill(speaker);
        Assert.False(laggard.Member.WantsInput);
        Assert.Equal(RoomOptions.Segments, venue.Room.SegmentCount);

        int wakes = venue.Wakes;
        for (int taken = 0; taken < 4 * Venue.Line.Length; taken++)
        {
            laggard.Sip();
            Assert.False(speaker.Member.WantsInput);
        }

        Assert.Equal(wakes, venue.Wakes);
        Assert.Equal(Outbound.Bytes, laggard.Next());
        Assert.True(speaker.Member.WantsInput);
        Assert.True(laggard.Member.WantsInput);
        Assert.True(venue.Wakes > wakes);
        Assert.Equal(string.Concat(Enumerable.Repeat(Venue.Line, lines - 4)), laggard.Hear());
    }

    [Fact]
    public void Input_that_was_read_before_senders_were_held_back_is_still_relayed()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), laggard = venue.Join();
        int lines = Venue.Fill(speaker);
        speaker.Say("one more\n");
        Assert.Equal(string.Concat(Enumerable.Repeat(Venue.Line, lines)) + "one more\n", laggard.Hear());
    }

    [Fact]
    public void The_window_opens_when_the_member_in_its_way_leaves()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), laggard = venue.Join();
        Venue.Fill(speaker);
        int wakes = venue.Wakes;
        laggard.Member.Leave();
        Assert.True(speaker.Member.WantsInput);
        Assert.True(venue.Wakes > wakes);
        Assert.Equal(1, venue.Room.SegmentCount);
    }

    [Fact]
    public void A_member_that_has_taken_nothing_for_long_is_evicted_when_the_window_fills_and_the_others_stay()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), still = venue.Join(), prompt = venue.Join();
        for (int i = 0; i < 5; i++)
        {
            speaker.Say(Venue.Line);
        }

        Assert.Equal(5 * Venue.Line.Length, prompt.Hear().Length);
        venue.Time.Advance(10 * Second);
        Assert.Equal(Outbound.Bytes, still.Next());

        int wakes = venue.Wakes;
        Venue.Fill(speaker, prompt);
        Assert.True(venue.Wakes > wakes);
        Assert.True(still.Member.IsEvicted);
        Assert.Equal(Outbound.Nothing, prompt.Next());
        Assert.Equal(Outbound.Nothing, speaker.Next());
        still.Member.Leave();
        Assert.True(speaker.Member.WantsInput);
    }

    [Fact]
    public void A_quiet_room_that_suddenly_gets_busy_evicts_no_member_at_once()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), slow = venue.Join();
        speaker.Say(Venue.Line);
        venue.Time.Advance(1000 * Second);
        Venue.Fill(speaker);
        Assert.Equal(Outbound.Bytes, slow.Next());
        venue.Time.Advance(9 * Second);
        Assert.Equal(Outbound.Bytes, slow.Next());
        int wakes = venue.Wakes;
        venue.Time.Advance(Second);
        Assert.True(slow.Member.IsEvicted);
        Assert.True(venue.Wakes > wakes);
    }

    [Fact]
    public void A_member_that_frees_a_segment_in_time_gets_more_time()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), slow = venue.Join();
        for (int round = 0; round < 20; round++)
        {
            Venue.Fill(speaker);
            venue.Time.Advance(9 * Second);
            for (int taken = 0; taken < 4 * Venue.Line.Length; taken++)
            {
                slow.Sip();
            }

            Assert.Equal(Outbound.Bytes, slow.Next());
            Assert.True(speaker.Member.WantsInput);
        }

        Venue.Fill(speaker);
        venue.Time.Advance(10 * Second);
        Assert.True(slow.Member.IsEvicted);
    }

    [Fact]
    public void A_byte_now_and_then_gives_a_member_no_more_time()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), dripper = venue.Join();
        Venue.Fill(speaker);
        for (int i = 0; i < 19; i++)
        {
            venue.Time.Advance(Second / 2);
            dripper.Sip();
        }

        venue.Time.Advance(Second / 2);
        Assert.True(dripper.Member.IsEvicted);
    }

    [Fact]
    public void Each_member_is_evicted_when_its_own_time_is_up()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), first = venue.Join(), second = venue.Join();
        for (int i = 0; i < 5; i++)
        {
            speaker.Say(Venue.Line);
        }

        venue.Time.Advance(4 * Second);
        second.Hear();
        Venue.Fill(speaker);
        venue.Time.Advance(6 * Second);
        Assert.True(first.Member.IsEvicted);
        Assert.Equal(Outbound.Bytes, second.Next());
        venue.Time.Advance(4 * Second);
        Assert.True(second.Member.IsEvicted);
    }

    [Fact]
    public void A_member_in_the_segment_that_is_being_written_is_never_in_the_way()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), still = venue.Join();
        Venue.Fill(speaker);
        Guest late = venue.Join();
        speaker.Say("for the late\n");
        venue.Time.Advance(100 * Second);
        Assert.True(still.Member.IsEvicted);
        Assert.Equal("for the late\n", late.Hear(out Outbound end));
        Assert.Equal(Outbound.Nothing, end);
    }

    [Fact]
    public void No_member_is_evicted_while_the_window_is_not_full()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), still = venue.Join();
        while (venue.Room.SegmentCount < RoomOptions.Segments - 1)
        {
            speaker.Say(Venue.Line);
        }

        venue.Time.Advance(1000 * Second);
        Assert.Equal(Outbound.Bytes, still.Next());
        Assert.True(speaker.Member.WantsInput);
    }

    [Fact]
    public void A_stalled_member_is_evicted_by_elapsed_time_and_not_by_the_time_of_day()
    {
        var time = new FakeTimeProvider();
        using var venue = new Venue(time: new Stopwatch(time));
        Guest speaker = venue.Join(), stalled = venue.Join();
        Venue.Fill(speaker);
        time.Advance(Venue.Small.StallTimeout);
        Assert.True(stalled.Member.IsEvicted);
    }

    /// <summary>A clock that knows how much time has passed, and not the time of day.</summary>
    private sealed class Stopwatch(TimeProvider time) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("the room must not ask for the time of day");

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
