namespace Chatctl.Core.Tests;

public sealed class DrainingTests
{
    [Fact]
    public void A_draining_room_gives_each_member_what_is_pending_and_finishes_it()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join(), halfClosed = venue.Join();
        halfClosed.Member.EndOfInput();
        speaker.Say("accepted\n");
        int wakes = venue.Wakes;
        venue.Room.Drain();
        Assert.True(venue.Wakes > wakes);
        foreach (Guest guest in new[] { listener, halfClosed })
        {
            Assert.Equal("accepted\n", guest.Hear(out Outbound end));
            Assert.Equal(Outbound.Finish, end);
        }

        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void A_draining_room_neither_wants_nor_accepts_input()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("half");
        venue.Room.Drain();
        Assert.False(speaker.Member.WantsInput);
        speaker.Say(" a line\n");
        speaker.Member.EndOfInput();
        Assert.Equal("", listener.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
        Assert.Equal(0, venue.Room.Sequence);
    }

    [Theory]
    [InlineData("half a line", "")]
    [InlineData("a line\n", "and more\n")]
    public void A_member_whose_input_is_lost_is_cut_off_and_not_finished(string before, string after)
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        listener.Say("for you\n");
        speaker.Say(before);
        venue.Room.Drain();
        speaker.Say(after);
        speaker.Member.EndOfInput();
        Assert.Equal("for you\n", speaker.Hear(out Outbound end));
        Assert.Equal(Outbound.CutOff, end);
    }

    [Fact]
    public void A_peer_that_joins_a_draining_room_is_refused_with_a_reset()
    {
        using var venue = new Venue();
        venue.Room.Drain();
        Guest late = venue.Join();
        Assert.True(late.Member.IsEvicted);
        Assert.False(late.Member.WantsInput);
        late.Member.Leave();
        Assert.Equal(0, venue.Room.MemberCount);
    }

    [Fact]
    public void A_member_that_was_finished_before_the_drain_gets_no_more_lines()
    {
        using var venue = new Venue();
        Guest leaving = venue.Join(), speaker = venue.Join();
        leaving.Say("bye\n");
        leaving.Member.EndOfInput();
        speaker.Say("too late\n");
        venue.Room.Drain();
        venue.Room.Drain();
        speaker.Hear();
        Assert.Equal("", leaving.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }
}
