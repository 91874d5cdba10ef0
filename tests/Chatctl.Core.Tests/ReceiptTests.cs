namespace Chatctl.Core.Tests;

/// <summary>The lines that a receipt stands for, and the members that it waits for.</summary>
public sealed class ReceiptTests
{
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
    public void Two_receipts_that_wait_for_the_same_member_each_come_in_their_turn()
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
    public void A_receipt_waits_for_a_member_at_another_door_and_the_wake_reaches_the_waiting_door()
    {
        using var venue = new Venue();
        using IDoor other = venue.Room.OpenDoor(() => { });
        Guest speaker = venue.Join(), listener = new(other.Join(Peer.Unknown));
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        Assert.Equal(Outbound.Nothing, speaker.Next());
        int wakes = venue.Wakes;
        Assert.Equal("hi\n", listener.Hear());
        Assert.True(venue.Wakes > wakes);
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void Each_of_many_members_that_finish_at_once_gets_its_receipt()
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
    public void When_the_room_drains_a_listener_waits_for_no_other_member_and_a_sender_waits_for_all()
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
