using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

public sealed class ReceiptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_receipt_waits_until_every_other_member_has_been_sent_the_lines()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), first = venue.Join(), second = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        Assert.Equal(Outbound.Nothing, speaker.Next());
        first.Hear();
        Assert.Equal(Outbound.Nothing, speaker.Next());
        second.Sip();
        Assert.Equal(Outbound.Nothing, speaker.Next());
        second.Hear();
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void Bytes_that_were_given_and_not_reported_as_sent_do_not_count_as_sent()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        Assert.Equal(Outbound.Bytes, listener.Next());
        Assert.Equal(Outbound.Nothing, speaker.Next());
        listener.Member.Sent(3);
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void A_wake_comes_when_the_last_member_has_been_sent_the_lines()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        speaker.Next();
        int wakes = venue.Wakes;
        listener.Sip();
        Assert.Equal(wakes, venue.Wakes);
        listener.Hear();
        Assert.True(venue.Wakes > wakes);
    }

    [Fact]
    public void Two_receipts_that_wait_for_the_same_member_are_each_given_in_their_turn()
    {
        using var venue = new Venue();
        Guest one = venue.Join(), two = venue.Join(), listener = venue.Join();
        one.Say("1\n");
        one.Member.EndOfInput();
        two.Say("2\n");
        two.Member.EndOfInput();
        two.Hear();
        one.Next();
        int wakes = venue.Wakes;
        listener.Sip();
        listener.Sip();
        Assert.True(venue.Wakes > wakes);
        Assert.Equal(Outbound.Finish, one.Next());
        Assert.Equal(Outbound.Nothing, two.Next());
        wakes = venue.Wakes;
        listener.Hear();
        Assert.True(venue.Wakes > wakes);
        Assert.Equal(Outbound.Finish, two.Next());
    }

    [Fact]
    public void Lines_that_come_later_and_members_that_join_later_do_not_delay_a_receipt()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), other = venue.Join(), listener = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        other.Say("later\n");
        Guest late = venue.Join();
        other.Say("later still\n");
        for (int i = 0; i < "hi\n".Length; i++)
        {
            listener.Sip();
        }

        other.Hear();
        Assert.Equal(Outbound.Finish, speaker.Next());
        Assert.Equal("later still\n", late.Hear());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_receipt_does_not_wait_for_a_member_that_has_left_or_is_evicted(bool leaves)
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        Assert.Equal(Outbound.Nothing, speaker.Next());
        int wakes = venue.Wakes;
        if (leaves)
        {
            listener.Member.Leave();
        }
        else
        {
            listener.Say(Venue.Line + "a line that is too long");
            Assert.True(listener.Member.IsEvicted);
        }

        Assert.True(venue.Wakes > wakes);
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void A_receipt_waits_for_a_member_that_lags_no_longer_than_it_has_patience()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), laggard = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        laggard.Next();
        Assert.Equal(Outbound.Nothing, speaker.Next());
        venue.Time.Advance(0.9 * Patience);
        Assert.Equal(Outbound.Nothing, speaker.Next());
        int wakes = venue.Wakes;
        venue.Time.Advance(0.1 * Patience);
        Assert.True(venue.Wakes > wakes);
        Assert.Equal(Outbound.Finish, speaker.Next());
        Assert.Equal("hi\n", laggard.Hear());
    }

    [Fact]
    public void A_member_that_made_a_receipt_wait_in_vain_is_not_waited_for_until_it_has_caught_up()
    {
        using var venue = new Venue();
        Guest laggard = venue.Join();
        Speak();
        venue.Time.Advance(Patience);
        Assert.Equal(Outbound.Finish, Speak().Next());
        laggard.Sip();
        Assert.Equal(Outbound.Finish, Speak().Next());
        laggard.Hear();
        Assert.Equal(Outbound.Nothing, Speak().Next());

        Guest Speak()
        {
            Guest speaker = venue.Join();
            speaker.Say("hi\n");
            speaker.Member.EndOfInput();
            laggard.Next();
            speaker.Next();
            return speaker;
        }
    }

    [Fact]
    public void A_member_that_had_no_turn_yet_is_waited_for_however_long_that_takes()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), starved = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        speaker.Next();
        venue.Time.Advance(10 * Patience);
        Assert.Equal(Outbound.Nothing, speaker.Next());
        Assert.Equal(Outbound.Bytes, starved.Next());
        venue.Time.Advance(Patience);
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void A_member_at_another_door_is_waited_for_and_the_wake_reaches_the_door_of_the_one_that_waits()
    {
        using var venue = new Venue();
        using IDoor other = venue.Room.OpenDoor(() => { });
        Guest speaker = venue.Join(), listener = new(other.Join(null));
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        Assert.Equal(Outbound.Nothing, speaker.Next());
        int wakes = venue.Wakes;
        Assert.Equal("hi\n", listener.Hear());
        Assert.True(venue.Wakes > wakes);
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void Many_that_finish_at_once_each_get_their_receipt()
    {
        using var venue = new Venue();
        Guest[] speakers = [.. Enumerable.Range(0, 50).Select(_ => venue.Join())];
        Guest listener = venue.Join();
        foreach (Guest speaker in speakers)
        {
            speaker.Say("hi\n");
            speaker.Member.EndOfInput();
        }

        Assert.All(speakers, speaker => speaker.Hear());
        Assert.All(speakers, speaker => Assert.Equal(Outbound.Nothing, speaker.Next()));
        listener.Hear();
        Assert.All(speakers, speaker => Assert.Equal(Outbound.Finish, speaker.Next()));
    }

    [Fact]
    public void The_log_tells_once_that_receipts_do_not_wait_for_a_member_that_lags()
    {
        var events = new List<string>();
        var time = new FakeTimeProvider();
        using var room = new Room(Venue.Small, time, new Recorder(events));
        using IDoor door = room.OpenDoor(() => { });
        Guest first = new(door.Join(null)), second = new(door.Join(null));
        Guest laggard = new(door.Join(null));
        foreach (Guest speaker in new[] { first, second })
        {
            speaker.Say("hi\n");
            first.Hear();
            second.Hear();
            laggard.Next();
            speaker.Member.EndOfInput();
            speaker.Next();
            time.Advance(Patience);
        }

        Assert.Equal(["Joined", "Joined", "Joined", "Overlooked"], events);
    }

    [Fact]
    public void Each_receipt_has_patience_of_its_own()
    {
        using var venue = new Venue();
        Guest one = venue.Join(), two = venue.Join(), slow = venue.Join();
        one.Say("1\n");
        one.Member.EndOfInput();
        slow.Next();
        two.Hear();
        Assert.Equal(Outbound.Nothing, one.Next());
        venue.Time.Advance(0.5 * Patience);
        Guest laggard = venue.Join();
        two.Say("2\n");
        two.Member.EndOfInput();
        laggard.Next();
        Assert.Equal(Outbound.Nothing, two.Next());
        venue.Time.Advance(0.5 * Patience);
        Assert.Equal(Outbound.Finish, one.Next());
        Assert.Equal(Outbound.Nothing, two.Next());
        venue.Time.Advance(0.5 * Patience);
        Assert.Equal(Outbound.Finish, two.Next());
        Assert.Equal("2\n", laggard.Hear());
    }

    [Fact]
    public void A_member_that_waits_for_its_receipt_is_not_idle()
    {
        using var venue = new Venue(Venue.Small with { IdleTimeout = TimeSpan.FromSeconds(0.4) });
        Guest speaker = venue.Join(), laggard = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        speaker.Next();
        for (int i = 0; i < 10; i++)
        {
            venue.Time.Advance(TimeSpan.FromSeconds(0.1));
            laggard.Member.Receive("x"u8);
        }

        Assert.False(speaker.Member.IsEvicted);
    }

    [Fact]
    public void When_the_room_drains_listeners_wait_for_nobody_and_members_that_have_sent_something_wait_for_all()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join(), laggard = venue.Join();
        speaker.Say("hi\n");
        venue.Room.Drain();
        listener.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
        Assert.Equal(Outbound.Nothing, speaker.Next());
        laggard.Hear();
        Assert.Equal(Outbound.Finish, speaker.Next());
    }
}
