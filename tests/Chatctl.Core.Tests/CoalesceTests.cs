namespace Chatctl.Core.Tests;

public sealed class CoalesceTests
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);
    private static readonly RoomOptions Options = Venue.Small with { BufferBytes = 4 << 20, Coalesce = Tenth };

    [Fact]
    public void In_a_quiet_room_a_line_does_not_wait()
    {
        using var venue = new Venue(Options);
        Guest speaker = venue.Join(), listener = venue.Join();
        for (int i = 0; i < 3; i++)
        {
            int wakes = venue.Wakes;
            speaker.Say("one\n");
            Assert.Equal(wakes + 1, venue.Wakes);
            Assert.Equal("one\n", listener.Hear());
            venue.Time.Advance(Tenth);
        }
    }

    [Fact]
    public void Lines_that_come_soon_after_others_wait_and_come_together_with_one_wake()
    {
        using var venue = new Venue(Options);
        Guest speaker = venue.Join(), other = venue.Join(), listener = venue.Join();
        speaker.Say("at once\n");
        listener.Hear();
        int wakes = venue.Wakes;
        venue.Time.Advance(Tenth / 2);
        speaker.Say("one\n");
        other.Say("two\n");
        venue.Time.Advance((Tenth / 2) - TimeSpan.FromTicks(1));
        Assert.Equal("", listener.Hear());
        Assert.Equal(wakes, venue.Wakes);
        venue.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(wakes + 1, venue.Wakes);
        Assert.Equal("one\ntwo\n", listener.Hear());
        Assert.Equal("two\n", speaker.Hear());
    }

    [Fact]
    public void A_busy_room_publishes_once_in_the_time()
    {
        using var venue = new Venue(Options);
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("x\n");
        int wakes = venue.Wakes;
        for (int i = 0; i < 100; i++)
        {
            venue.Time.Advance(Tenth / 10);
            speaker.Say("x\n");
        }

        Assert.InRange(venue.Wakes - wakes, 9, 10);
        venue.Time.Advance(Tenth);
        Assert.Equal(101, listener.Hear().Length / "x\n".Length);
    }

    [Fact]
    public void A_sixteenth_of_the_buffer_does_not_wait_wherever_it_begins()
    {
        using var venue = new Venue(Options with { BufferBytes = 512 << 10 });
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("at once\n");
        listener.Hear();
        for (int i = 0; i < 20; i++)
        {
            int wakes = venue.Wakes;
            int said = 0;
            while (venue.Wakes == wakes && said < 64 << 10)
            {
                speaker.Say(Venue.Line);
                said += Venue.Line.Length;
            }

            Assert.InRange(said, 32 << 10, (32 << 10) + Venue.Line.Length);
            Assert.Equal(said, listener.Hear().Length);
        }
    }

    [Fact]
    public void Enough_bytes_for_a_full_send_do_not_wait()
    {
        using var venue = new Venue(Options);
        Guest speaker = venue.Join(), listener = venue.Join();
        string most = string.Concat(Enumerable.Repeat(Venue.Line, (64 << 10) / Venue.Line.Length));
        speaker.Say("at once\n");
        listener.Hear();
        speaker.Say(most[Venue.Line.Length..]);
        Assert.Equal("", listener.Hear());
        speaker.Say(Venue.Line);
        Assert.Equal(most, listener.Hear());
    }

    [Fact]
    public void A_receipt_and_the_lines_before_it_do_not_wait()
    {
        using var venue = new Venue(Options);
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("at once\n");
        speaker.Say("tail");
        int wakes = venue.Wakes;
        speaker.Member.EndOfInput();
        Assert.Equal(wakes + 1, venue.Wakes);
        Assert.Equal("at once\ntail\n", listener.Hear());
        speaker.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_room_that_drains_publishes_at_once()
    {
        using var venue = new Venue(Options);
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("at once\n");
        speaker.Say("last words\n");
        venue.Room.Drain();
        Assert.Equal("at once\nlast words\n", listener.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_member_that_joins_while_lines_wait_gets_none_of_them()
    {
        using var venue = new Venue(Options);
        Guest speaker = venue.Join();
        speaker.Say("at once\n");
        speaker.Say("before\n");
        Guest late = venue.Join();
        venue.Time.Advance(Tenth);
        Assert.Equal("", late.Hear());
        speaker.Say("after\n");
        venue.Time.Advance(Tenth);
        Assert.Equal("after\n", late.Hear());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public void A_time_to_wait_that_is_not_above_zero_or_is_too_long_is_refused(int milliseconds)
    {
        RoomOptions options = Options with { Coalesce = TimeSpan.FromMilliseconds(milliseconds) };
        Assert.Throws<ArgumentException>(options.Validate);
    }
}
