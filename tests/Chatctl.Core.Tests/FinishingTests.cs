using System.Text;

namespace Chatctl.Core.Tests;

public sealed class FinishingTests
{
    [Fact]
    public void A_member_that_half_closes_after_a_line_is_finished()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("hi\n");
        speaker.Member.EndOfInput();
        Assert.False(speaker.Member.WantsInput);
        Assert.Equal("hi\n", listener.Hear(out Outbound end));
        Assert.Equal(Outbound.Nothing, end);
        Assert.Equal(Outbound.Finish, speaker.Next());
    }

    [Fact]
    public void A_finished_member_gets_what_was_pending_and_nothing_that_comes_later()
    {
        using var venue = new Venue();
        Guest leaving = venue.Join(), other = venue.Join();
        leaving.Say("last words\n");
        other.Say("before\n");
        leaving.Member.EndOfInput();
        other.Say("after\n");
        other.Hear();
        Assert.Equal("before\n", leaving.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
        other.Say("later\n");
        Assert.Equal(Outbound.Finish, leaving.Next());
    }

    [Theory]
    [InlineData(Framing.Line, "tail\n")]
    [InlineData(Framing.Nul, "tail\0")]
    [InlineData(Framing.Raw, "tail")]
    public void An_unterminated_tail_is_relayed_with_its_terminator_at_the_end_of_input(Framing framing, string expected)
    {
        using var venue = new Venue(Venue.Small with { Framing = framing });
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("tail");
        speaker.Member.EndOfInput();
        Assert.Equal(expected, listener.Hear());
        Assert.Equal(Outbound.Finish, speaker.Next());
        Assert.Equal(1, venue.Room.Sequence);
    }

    [Fact]
    public void The_longest_tail_that_leaves_room_for_a_terminator_is_relayed()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say(Venue.Line[..^1]);
        speaker.Member.EndOfInput();
        Assert.Equal(Venue.Line, listener.Hear());
    }

    [Fact]
    public void With_echo_a_member_gets_its_own_tail()
    {
        using var venue = new Venue(Venue.Small with { Echo = true });
        Guest speaker = venue.Join();
        speaker.Say("tail");
        speaker.Member.EndOfInput();
        Assert.Equal("tail\n", speaker.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_member_that_half_closes_without_a_byte_stays_a_listener()
    {
        using var venue = new Venue();
        Guest listener = venue.Join(), speaker = venue.Join();
        listener.Member.Receive([]);
        listener.Member.EndOfInput();
        Assert.False(listener.Member.WantsInput);
        Assert.Equal(Outbound.Nothing, listener.Next());
        speaker.Say("still here?\n");
        Assert.Equal("still here?\n", listener.Hear(out Outbound end));
        Assert.Equal(Outbound.Nothing, end);
    }

    [Fact]
    public void Bytes_after_the_end_of_input_are_not_relayed()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("a\n");
        speaker.Member.EndOfInput();
        speaker.Say("b\n");
        speaker.Member.EndOfInput();
        Assert.Equal("a\n", listener.Hear());
    }

    [Fact]
    public void A_finished_member_whose_peer_does_not_close_holds_no_sender_back_and_is_not_evicted()
    {
        using var venue = new Venue();
        Guest lingering = venue.Join(), speaker = venue.Join();
        lingering.Say("done\n");
        lingering.Member.EndOfInput();
        speaker.Hear();
        Assert.Equal(Outbound.Finish, lingering.Next());
        for (int i = 0; i < 1000; i++)
        {
            speaker.Say(Venue.Line);
            speaker.Hear();
            venue.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(speaker.Member.WantsInput);
        Assert.Equal(1, venue.Room.SegmentCount);
        Assert.Equal(Outbound.Finish, lingering.Next());
        lingering.Member.Leave();
        Assert.Equal(1, venue.Room.MemberCount);
    }

    [Fact]
    public void A_member_that_half_closes_while_it_is_asked_gets_nothing_that_is_ordered_later()
    {
        // The clock is read when a cursor moves to the next segment. At that moment this test does what other threads might do.
        var clock = new InterruptingClock();
        using var venue = new Venue(time: clock);
        Guest leaving = venue.Join(), other = venue.Join();
        leaving.Say(Venue.Line);
        other.Say(string.Concat(Enumerable.Repeat(Venue.Line, 3)));
        leaving.Hear();
        other.Say("before 1234567\n");
        clock.Interruption = () =>
        {
            leaving.Member.EndOfInput();
            other.Say("after\n");
            other.Hear();
        };
        var heard = new StringBuilder();
        Outbound answer;
        while ((answer = leaving.Member.Pending(default, out ReadOnlyMemory<byte> bytes)) == Outbound.Bytes)
        {
            int taken = Math.Min(17, bytes.Length);
            heard.Append(Encoding.Latin1.GetString(bytes.Span[..taken]));
            leaving.Member.Sent(taken);
        }

        Assert.Null(clock.Interruption);
        Assert.Equal(Outbound.Finish, answer);
        Assert.Equal("before 1234567\n", heard.ToString());
    }

    private sealed class InterruptingClock : TimeProvider
    {
        public Action? Interruption { get; set; }

        public override long GetTimestamp()
        {
            if (Interruption is { } interruption)
            {
                Interruption = null;
                interruption();
            }

            return 0;
        }
    }
}
