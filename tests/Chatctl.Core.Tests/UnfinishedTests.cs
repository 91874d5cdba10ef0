namespace Chatctl.Core.Tests;

/// <summary>How much lines that have not ended may take together, and which member is evicted when they take more.</summary>
public sealed class UnfinishedTests
{
    private const int Limit = 256;

    // Here the buffer for a beginning takes 16, 32 or 64 bytes.
    private static readonly RoomOptions Narrow = new() { MaxLineBytes = 64, BufferBytes = 256 * RoomOptions.Segments, MaxUnfinishedBytes = Limit };

    [Fact]
    public void Buffers_count_until_their_lines_end_or_are_dropped()
    {
        using var venue = new Venue(Narrow);
        Guest ends = venue.Join(), leaves = venue.Join(), finishes = venue.Join(), tooLong = venue.Join();
        ends.Say("x");
        Assert.Equal(16, venue.Room.UnfinishedBytes);
        ends.Say(Letters(16));
        Assert.Equal(32, venue.Room.UnfinishedBytes);
        leaves.Say(Letters(33));
        finishes.Say("whole\nx");
        tooLong.Say("x");
        Assert.Equal(32 + 64 + 16 + 16, venue.Room.UnfinishedBytes);
        Assert.Equal(venue.Room.UnfinishedBytes, venue.Room.Figures().Unfinished);

        ends.Say("\nx");
        Assert.Equal(16 + 64 + 16 + 16, venue.Room.UnfinishedBytes);
        ends.Say("\n");
        leaves.Member.Leave();
        finishes.Member.EndOfInput();
        tooLong.Say(Letters(64));
        Assert.Equal(0, venue.Room.UnfinishedBytes);
        Assert.Equal(0, venue.Room.Evictions(EvictionReason.Unfinished));
    }

    [Fact]
    public void The_member_whose_large_line_has_been_unfinished_the_longest_is_evicted_when_there_is_too_much()
    {
        using var venue = new Venue(Narrow);
        Guest listener = venue.Join();
        Guest[] talkers = Begin(venue, 63, 63, 63, 63);
        Assert.Equal(Limit, venue.Room.UnfinishedBytes);
        Assert.DoesNotContain(talkers, guest => guest.Member.IsEvicted);

        int wakes = venue.Wakes;
        Guest last = Begin(venue, 1)[0];
        Assert.Equal([true, false, false, false], talkers.Select(guest => guest.Member.IsEvicted));
        Assert.False(last.Member.IsEvicted);
        Assert.Equal(wakes + 1, venue.Wakes);
        Assert.Equal(Limit - 64 + 16, venue.Room.UnfinishedBytes);
        Assert.Equal(1, venue.Room.Evictions(EvictionReason.Unfinished));

        talkers[0].Say("\nmore\n");
        talkers[1].Say("\n");
        Assert.Equal(Letters(63) + "\n", listener.Hear());
        Assert.False(talkers[0].Member.WantsInput);
    }

    [Fact]
    public void Members_with_short_beginnings_stay_however_old_these_are()
    {
        using var venue = new Venue(Narrow);
        Guest[] typists = Begin(venue, 2, 2);
        venue.Time.Advance(TimeSpan.FromDays(1));
        for (int i = 0; i < 20; i++)
        {
            Begin(venue, 63);
        }

        Assert.DoesNotContain(typists, guest => guest.Member.IsEvicted);
        Assert.Equal(17, venue.Room.Evictions(EvictionReason.Unfinished));
    }

    [Fact]
    public void A_member_with_a_long_line_that_is_on_its_way_stays()
    {
        using var venue = new Venue(Narrow);
        Guest listener = venue.Join();
        Begin(venue, 63, 63, 63);
        for (int i = 0; i < 20; i++)
        {
            Guest sender = Begin(venue, 40)[0];
            Begin(venue, 63);
            sender.Say("end\n");
            Assert.Equal(Letters(40) + "end\n", listener.Hear());
            sender.Member.Leave();
        }
    }

    [Fact]
    public void A_member_with_a_long_line_that_is_on_its_way_stays_although_all_others_are_shorter()
    {
        using var venue = new Venue(Narrow);
        Guest[] talkers = Begin(venue, 32, 32, 32, 32, 32, 32, 32);
        Guest sender = Begin(venue, 63)[0];
        Assert.True(talkers[0].Member.IsEvicted);
        Assert.False(sender.Member.IsEvicted);
    }

    [Fact]
    public void The_age_of_a_line_does_not_begin_anew_with_each_byte()
    {
        using var venue = new Venue(Narrow);
        Guest[] talkers = Begin(venue, 40, 40, 40, 40);
        talkers[0].Say("still more");
        Begin(venue, 1);
        Assert.True(talkers[0].Member.IsEvicted);
    }

    [Fact]
    public void The_age_of_a_line_begins_anew_with_each_line()
    {
        using var venue = new Venue(Narrow);
        Guest[] talkers = Begin(venue, 40, 40, 40, 40);
        talkers[0].Say("end\n" + Letters(40));
        Begin(venue, 1);
        Assert.Equal([false, true, false, false], talkers.Select(guest => guest.Member.IsEvicted));
    }

    [Fact]
    public void The_member_that_sends_is_evicted_itself_if_its_line_is_the_oldest_large_one()
    {
        using var venue = new Venue(Narrow);
        Guest listener = venue.Join();
        Guest fed = Begin(venue, 32)[0];
        Begin(venue, 32, 32, 32, 32, 32, 32, 32);
        fed.Say("x");
        Assert.True(fed.Member.IsEvicted);
        Assert.Equal(7 * 32, venue.Room.UnfinishedBytes);
        Assert.Equal("", listener.Hear());
    }

    [Fact]
    public void As_many_members_are_evicted_as_necessary()
    {
        using var venue = new Venue(Narrow);
        Guest[] small = Begin(venue, [.. Enumerable.Repeat(2, 16)]);
        Begin(venue, 63);
        Assert.Equal([true, true, true, true, false], small[..5].Select(guest => guest.Member.IsEvicted).ToArray());
        Assert.Equal(Limit, venue.Room.UnfinishedBytes);
    }

    [Fact]
    public void The_time_in_which_its_pace_holds_a_member_back_does_not_count()
    {
        using var venue = new Venue(Narrow with { BytesPerSecond = 10 });
        Guest held = venue.Join();
        held.Say(string.Concat(Enumerable.Repeat("line\n", 100)) + Letters(40));
        Guest[] others = Begin(venue, 40, 40, 40);
        venue.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(held.Member.WantsInput);
        Assert.All(others, guest => Assert.True(guest.Member.WantsInput));
        Begin(venue, 1);
        Assert.Equal([true, false, false], others.Select(guest => guest.Member.IsEvicted));
        Assert.False(held.Member.IsEvicted);

        // Now its pace lets it go on, and it does not. So its line ages like any other.
        venue.Time.Advance(TimeSpan.FromMinutes(1));
        Begin(venue, 40, 40);
        Begin(venue, 40, 40);
        Assert.True(held.Member.IsEvicted);
    }

    [Fact]
    public void A_further_byte_gives_no_more_time_to_a_member_that_its_pace_does_not_hold_back()
    {
        using var venue = new Venue(Narrow with { BytesPerSecond = 1000 });
        Guest[] talkers = Begin(venue, 40, 40, 40, 40);
        venue.Time.Advance(TimeSpan.FromMinutes(1));
        talkers[0].Say("x");
        Begin(venue, 1);
        Assert.True(talkers[0].Member.IsEvicted);
    }

    [Fact]
    public void The_longest_line_can_be_sent_even_if_the_limit_allows_only_one()
    {
        using var venue = new Venue(Narrow with { MaxLineBytes = 50, MaxUnfinishedBytes = 64 });
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say(Letters(49));
        speaker.Say("\n");
        Assert.Equal(Letters(49) + "\n", listener.Hear());
    }

    [Fact]
    public void A_limit_below_the_longest_line_is_refused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new Venue(Narrow with { MaxLineBytes = 50, MaxUnfinishedBytes = 63 }));
        Assert.Equal("63 bytes for unfinished lines do not hold one of up to 50 bytes: at least 64", e.Message);
    }

    [Fact]
    public void Raw_chunks_are_never_unfinished()
    {
        using var venue = new Venue(Narrow with { Framing = Framing.Raw });
        Begin(venue, 200);
        Assert.Equal(0, venue.Room.UnfinishedBytes);
    }

    /// <summary>New members begin a line, one after the other, a second apart.</summary>
    private static Guest[] Begin(Venue venue, params int[] lengths) => Array.ConvertAll(lengths, length =>
    {
        venue.Time.Advance(TimeSpan.FromSeconds(1));
        Guest guest = venue.Join();
        guest.Say(Letters(length));
        return guest;
    });

    private static string Letters(int count) => new('x', count);
}
