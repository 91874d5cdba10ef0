namespace Chatctl.Core.Tests;

public sealed class OrderTests
{
    [Fact]
    public void A_line_reaches_all_but_its_sender()
    {
        using var venue = new Venue();
        Guest a = venue.Join(), b = venue.Join(), c = venue.Join();
        a.Say("1\n");
        b.Say("2\n");
        a.Say("3\n");
        Assert.Equal("2\n", a.Hear());
        Assert.Equal("1\n3\n", b.Hear());
        Assert.Equal("1\n2\n3\n", c.Hear());
    }

    [Fact]
    public void With_echo_a_line_reaches_its_sender_too()
    {
        using var venue = new Venue(Venue.Small with { Echo = true });
        Guest a = venue.Join(), b = venue.Join();
        a.Say("1\n");
        b.Say("2\n");
        Assert.Equal("1\n2\n", a.Hear());
        Assert.Equal("1\n2\n", b.Hear());
    }

    [Fact]
    public void A_member_gets_every_line_after_it_joined_and_none_from_before()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join();
        for (int i = 0; i < 10; i++)
        {
            // There is a join at every place in a segment, also at its first and its last one. The speaker takes nothing and so keeps the segments.
            speaker.Say(Venue.Line);
            Guest joiner = venue.Join();
            Assert.Equal(Outbound.Nothing, joiner.Next());
            speaker.Say($"{i}\n");
            Assert.Equal($"{i}\n", joiner.Hear());
        }
    }

    [Fact]
    public void A_line_that_began_before_a_member_joined_and_ended_after_that_reaches_it_whole()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join();
        speaker.Say("be");
        Guest joiner = venue.Join();
        speaker.Say("gun\n");
        Assert.Equal("begun\n", joiner.Hear());
    }

    [Fact]
    public void A_member_that_lags_gets_the_lines_in_the_same_order_as_one_that_keeps_up()
    {
        using var venue = new Venue();
        Guest[] speakers = [venue.Join(), venue.Join(), venue.Join()];
        Guest prompt = venue.Join(), laggard = venue.Join();
        string heard = "";
        for (int i = 0; i < 200; i++)
        {
            speakers[i * 7 % 3].Say($"{i}\n");
            heard += prompt.Hear();
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i}\n")), heard);
        Assert.Equal(heard, laggard.Hear());
    }

    [Fact]
    public void Bytes_that_were_not_sent_are_given_again()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("0123456789\n");
        listener.Member.Pending(default, out _);
        listener.Member.Sent(4);
        listener.Member.Pending(default, out _);
        listener.Member.Sent(0);
        listener.Member.Sent(0);
        Assert.Equal("456789\n", listener.Hear());
    }

    [Fact]
    public void No_line_of_others_is_lost_when_scratch_memory_fills_up_between_own_lines()
    {
        using var venue = new Venue();
        Guest self = venue.Join(), a = venue.Join(), b = venue.Join();
        a.Say("1\n");
        self.Say("own\n");
        a.Say("22222\n");
        b.Say("33333\n");
        self.Say("own\n");
        b.Say("4\n");
        byte[] scratch = new byte[5];
        Assert.Equal(Outbound.Bytes, self.Member.Pending(scratch, out ReadOnlyMemory<byte> bytes));
        Assert.Equal("1\n222"u8, bytes.Span);
        self.Member.Sent(5);
        Assert.Equal("22\n33333\n4\n", self.Hear());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_report_of_more_bytes_than_were_given_or_of_a_negative_count_is_refused_and_changes_nothing(int count)
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("1\n");
        Assert.Equal(Outbound.Bytes, listener.Next());
        Assert.Throws<ArgumentOutOfRangeException>(() => listener.Member.Sent(count));
        Assert.Equal("1\n", listener.Hear());
        Assert.Throws<ArgumentOutOfRangeException>(() => listener.Member.Sent(1));
    }

    [Fact]
    public void A_second_leave_does_nothing()
    {
        using var venue = new Venue();
        Guest a = venue.Join(), b = venue.Join(), c = venue.Join();
        a.Member.Leave();
        a.Member.Leave();
        Assert.Equal(2, venue.Room.MemberCount);
        b.Say("left\n");
        Assert.Equal("left\n", c.Hear());
        b.Member.Leave();
        c.Member.Leave();
        Assert.Equal(0, venue.Room.MemberCount);
    }

    [Fact]
    public void A_room_without_other_readers_does_not_grow()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join();
        for (int i = 0; i < 1000; i++)
        {
            speaker.Say(Venue.Line);
            speaker.Hear();
        }

        Assert.Equal(1, venue.Room.SegmentCount);
        Assert.Equal(1000, venue.Room.Sequence);
    }
}
