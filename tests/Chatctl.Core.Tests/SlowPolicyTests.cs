namespace Chatctl.Core.Tests;

public sealed class SlowPolicyTests
{
    private static readonly RoomOptions Skip = Venue.Small with { Slow = SlowPolicy.Skip };
    private static readonly RoomOptions Disconnect = Venue.Small with { Slow = SlowPolicy.Disconnect };

    [Theory]
    [InlineData(Framing.Line, false)]
    [InlineData(Framing.Line, true)]
    [InlineData(Framing.Nul, false)]
    public void A_member_that_skips_completes_its_line_and_gets_exact_counts_of_what_it_missed_of_others(Framing framing, bool echo)
    {
        using var venue = new Venue(Skip with { Framing = framing, Echo = echo });
        Guest speaker = venue.Join(), prompt = venue.Join(), laggard = venue.Join();
        char end = framing == Framing.Nul ? '\0' : '\n';
        var due = new List<string>();
        for (int i = 0; i < 500; i++)
        {
            string line = $"{i} speaker{end}";
            Guest one = i % 3 == 1 ? laggard : speaker;
            one.Say(one == laggard ? $"mine{end}" : line);
            if (one != laggard || echo)
            {
                due.Add(one == laggard ? $"mine{end}" : line);
            }

            if (i == 0)
            {
                laggard.Sip();
                Assert.Equal(Outbound.Bytes, laggard.Next());
                laggard.Member.Sent(0);
            }

            speaker.Hear();
            prompt.Hear();
            Assert.True(speaker.Member.WantsInput);
        }

        string all = string.Concat(due);
        string[] heard = laggard.Hear().Split(end);
        Assert.Equal(due[0][1..^1], heard[0]);
        string[] notice = heard[1].Split(' ');
        Assert.Equal(["chatctl:", "skipped", "lines,", "bytes"], notice.Where((_, i) => i is 0 or 1 or 3 or 5));
        int lines = int.Parse(notice[2]);
        Assert.Equal(due.Skip(1).Take(lines).Sum(line => line.Length), int.Parse(notice[4]));
        Assert.Equal(string.Concat(due.Skip(1 + lines)), string.Concat(heard.Skip(2).SkipLast(1).Select(line => line + end)));
        Assert.False(laggard.Member.IsEvicted);
    }

    [Fact]
    public void A_member_that_skips_goes_on_with_half_a_window()
    {
        const int LinesASegment = 4;
        using var venue = new Venue(Skip);
        Guest speaker = venue.Join(), prompt = venue.Join(), laggard = venue.Join();
        laggard.Next();
        for (int i = 0; i < 1000; i++)
        {
            speaker.Say(Venue.Line);
            speaker.Hear();
            prompt.Hear();
            if (i == 0)
            {
                laggard.Next();
            }
        }

        int lines = laggard.Hear().Split('\n').SkipWhile(line => !line.StartsWith("chatctl: skipped ", StringComparison.Ordinal)).Skip(1).SkipLast(1).Count();
        Assert.InRange(lines, ((RoomOptions.Segments / 2) - 1) * LinesASegment, RoomOptions.Segments / 2 * LinesASegment);
    }

    [Fact]
    public void A_member_that_lags_within_the_window_skips_nothing()
    {
        using var venue = new Venue(Skip);
        Guest speaker = venue.Join(), prompt = venue.Join(), slow = venue.Join();
        string said = "";
        while (venue.Room.SegmentCount < RoomOptions.Segments - 1)
        {
            speaker.Say(Venue.Line);
            said += Venue.Line;
            speaker.Hear();
            prompt.Hear();
            slow.Next();
        }

        Assert.Equal(said, slow.Hear());
    }

    [Fact]
    public void While_half_of_the_members_are_stuck_memory_does_not_grow_and_no_sender_is_held_back()
    {
        using var venue = new Venue(Skip);
        Guest speaker = venue.Join();
        Guest[] prompt = [.. Enumerable.Range(0, 50).Select(_ => venue.Join())];
        var stuck = new List<Guest>();
        for (int i = 0; i < 4000; i++)
        {
            // Each is stuck in another segment, in the middle of a line.
            if (i % 8 == 0 && stuck.Count < 50)
            {
                stuck.Add(venue.Join());
            }

            speaker.Say(Venue.Line);
            Assert.True(speaker.Member.WantsInput);
            speaker.Hear();
            Array.ForEach(prompt, guest => guest.Hear());
            if (stuck.Count > 0 && !stuck[^1].Member.IsEvicted && stuck[^1].Next() == Outbound.Bytes && i % 8 == 0)
            {
                stuck[^1].Sip();
                stuck[^1].Next();
            }

            Assert.InRange(venue.Room.SegmentCount + venue.Room.PinnedCount, 0, RoomOptions.MostInUse);
            stuck.Where(guest => guest.Member.IsEvicted).ToList().ForEach(guest => guest.Member.Leave());
        }

        Assert.DoesNotContain(prompt, guest => guest.Member.IsEvicted);
        Assert.Equal(50 - RoomOptions.MostPinned, venue.Room.Evictions(EvictionReason.Stuck));
    }

    [Fact]
    public void Under_disconnect_a_member_in_the_way_is_evicted_at_once_and_the_others_do_not_notice()
    {
        using var venue = new Venue(Disconnect);
        Guest speaker = venue.Join(), prompt = venue.Join(), still = venue.Join();
        for (int i = 0; i < 1000; i++)
        {
            speaker.Say(Venue.Line);
            speaker.Hear();
            Assert.Equal(Venue.Line, prompt.Hear());
            still.Next();
            Assert.True(speaker.Member.WantsInput || still.Member.IsEvicted);
            if (still.Member.IsEvicted && i % 40 == 0)
            {
                still.Member.Leave();
            }
        }

        Assert.True(still.Member.IsEvicted);
        Assert.False(prompt.Member.IsEvicted);
        Assert.Equal(1, venue.Room.Evictions(EvictionReason.TooSlow));
    }

    [Theory]
    [InlineData(SlowPolicy.Skip)]
    [InlineData(SlowPolicy.Disconnect)]
    public void A_member_that_has_not_been_asked_yet_is_not_slow_and_senders_wait_for_its_transport(SlowPolicy policy)
    {
        using var venue = new Venue(Venue.Small with { Slow = policy });
        Guest speaker = venue.Join(), unasked = venue.Join(), prompt = venue.Join();
        int lines = Venue.Fill(speaker, prompt);
        Assert.False(unasked.Member.IsEvicted);
        Assert.Equal(lines, unasked.Hear().Length / Venue.Line.Length);
        Assert.True(speaker.Member.WantsInput);
    }

    [Theory]
    [InlineData(SlowPolicy.Skip)]
    [InlineData(SlowPolicy.Disconnect)]
    public void If_all_receivers_are_behind_senders_wait_a_moment_and_a_member_that_takes_nothing_is_left_behind(SlowPolicy policy)
    {
        using var venue = new Venue(Venue.Small with { Slow = policy });
        Guest speaker = venue.Join(), slow = venue.Join(), still = venue.Join();
        speaker.Say(Venue.Line);
        slow.Next();
        still.Next();
        Venue.Fill(speaker);
        for (int i = 0; i < 5 * Venue.Line.Length; i++)
        {
            slow.Sip();
            slow.Next();
        }

        venue.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(policy == SlowPolicy.Disconnect, still.Member.IsEvicted);
        venue.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(speaker.Member.WantsInput);
    }

    [Theory]
    [InlineData(SlowPolicy.Skip)]
    [InlineData(SlowPolicy.Disconnect)]
    public void A_member_that_takes_single_bytes_does_not_hold_senders_back_when_most_others_are_further(SlowPolicy policy)
    {
        using var venue = new Venue(Venue.Small with { Slow = policy });
        Guest speaker = venue.Join(), dripping = venue.Join();
        Guest[] slow = [venue.Join(), venue.Join(), venue.Join()];
        speaker.Say(Venue.Line);
        dripping.Next();
        Venue.Fill(speaker);
        foreach (Guest one in slow)
        {
            for (int i = 0; i < 5 * Venue.Line.Length; i++)
            {
                one.Sip();
            }

            one.Next();
        }

        dripping.Sip();
        dripping.Next();
        Assert.False(speaker.Member.WantsInput);
        venue.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(policy == SlowPolicy.Disconnect, dripping.Member.IsEvicted);
        Assert.DoesNotContain(slow, one => one.Member.IsEvicted);
        Assert.True(speaker.Member.WantsInput);
    }

    [Theory]
    [InlineData(SlowPolicy.Skip)]
    [InlineData(SlowPolicy.Disconnect)]
    public void Senders_wait_for_members_that_are_all_behind_only_while_one_of_them_goes_on_taking_bytes(SlowPolicy policy)
    {
        using var venue = new Venue(Venue.Small with { Slow = policy });
        Guest speaker = venue.Join(), dripping = venue.Join(), still = venue.Join();
        speaker.Say(Venue.Line);
        dripping.Next();
        still.Next();
        Venue.Fill(speaker);
        for (int i = 0; i < 3; i++)
        {
            dripping.Sip();
            venue.Time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.False(speaker.Member.WantsInput);
            Assert.False(still.Member.IsEvicted);
        }

        // The bytes that it has taken before count once.
        venue.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(speaker.Member.WantsInput);
        Assert.Equal(policy == SlowPolicy.Disconnect, still.Member.IsEvicted && dripping.Member.IsEvicted);
    }
}
