using System.Text;

namespace Chatctl.Core.Tests;

public sealed class FramingTests
{
    [Theory]
    [InlineData(Framing.Line, "one\ntwo\nthree", "one\ntwo\n", 2)]
    [InlineData(Framing.Line, "\n\r\n\0\n\xff\xfe\n", "\n\r\n\0\n\xff\xfe\n", 4)]
    [InlineData(Framing.Nul, "one\ntwo\0\0three", "one\ntwo\0\0", 2)]
    [InlineData(Framing.Raw, "one\ntwo\nthree", "one\ntwo\nthree", 1)]
    public void Bytes_become_units_and_are_never_changed(Framing framing, string said, string heard, int units)
    {
        using var venue = new Venue(Venue.Small with { Framing = framing });
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say(said);
        Assert.Equal(heard, listener.Hear());
        Assert.Equal(units, venue.Room.Sequence);
    }

    [Fact]
    public void A_line_that_comes_byte_by_byte_is_relayed_when_it_ends()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), other = venue.Join(), listener = venue.Join();
        foreach (char letter in Venue.Line[..^1])
        {
            speaker.Say(letter.ToString());
            Assert.Equal(Outbound.Nothing, listener.Next());
            other.Say("in between\n");
            Assert.Equal("in between\n", listener.Hear());
        }

        speaker.Say("\n");
        Assert.Equal(Venue.Line, listener.Hear());
    }

    [Theory]
    [InlineData(Framing.Line, 15)]
    [InlineData(Framing.Line, 16)]
    [InlineData(Framing.Line, 17)]
    [InlineData(Framing.Nul, 16)]
    [InlineData(Framing.Nul, 17)]
    public void A_unit_up_to_the_limit_is_relayed_and_the_sender_of_a_longer_one_is_evicted(Framing framing, int length)
    {
        string terminator = framing == Framing.Nul ? "\0" : "\n";
        string unit = new string('x', length - 1) + terminator;
        foreach (string before in new[] { "", terminator, $"earlier{terminator}" })
        {
            string all = before + unit + "behind" + terminator;
            for (int cut = 0; cut <= all.Length; cut++)
            {
                using var venue = new Venue(Venue.Small with { Framing = framing });
                Guest speaker = venue.Join(), listener = venue.Join();
                speaker.Say(all[..cut]);
                speaker.Say(all[cut..]);
                if (length <= Venue.Small.MaxLineBytes)
                {
                    Assert.Equal(all, listener.Hear());
                    Assert.Equal(Outbound.Nothing, speaker.Next());
                    Assert.True(speaker.Member.WantsInput);
                }
                else
                {
                    Assert.Equal(before, listener.Hear());
                    Assert.True(speaker.Member.IsEvicted);
                    Assert.False(speaker.Member.WantsInput);
                }
            }
        }
    }

    [Fact]
    public void The_sender_of_a_line_without_an_end_is_evicted_as_soon_as_the_line_cannot_fit()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join();
        speaker.Say(new string('x', 15));
        Assert.Equal(Outbound.Nothing, speaker.Next());
        speaker.Say("x");
        Assert.True(speaker.Member.IsEvicted);
    }

    [Fact]
    public void An_evicted_member_gets_nothing_more_and_nothing_more_is_taken_from_it()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        listener.Say("for you\n");
        int wakes = venue.Wakes;
        speaker.Say(new string('x', 17));
        Assert.True(venue.Wakes > wakes);
        speaker.Say("\nnext\n");
        speaker.Member.EndOfInput();
        Assert.Equal("", speaker.Hear(out Outbound end));
        Assert.True(speaker.Member.IsEvicted);
        Assert.Equal(Outbound.Nothing, end);
        Assert.Equal("", listener.Hear());
    }

    [Fact]
    public void An_unfinished_line_is_dropped_when_its_sender_leaves()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        speaker.Say("whole\nhal");
        speaker.Member.Leave();
        Assert.Equal("whole\n", listener.Hear());
    }

    [Fact]
    public void A_raw_chunk_of_any_size_is_relayed()
    {
        using var venue = new Venue(Venue.Small with { Framing = Framing.Raw });
        Guest speaker = venue.Join(), listener = venue.Join();
        var said = new StringBuilder();
        for (int i = 0; i < 100; i++)
        {
            said.Append(i).Append(' ');
        }

        speaker.Say(said.ToString());
        Assert.Equal(said.ToString(), listener.Hear());
    }

    [Theory]
    [InlineData(1, 1024, 10)]
    [InlineData(64, 1023, 10)]
    [InlineData(64, RoomOptions.LargestBuffer + 1, 10)]
    [InlineData(64, 1024, 0)]
    public void Options_that_do_not_fit_together_are_refused(int maxLine, long buffer, int seconds)
    {
        var options = new RoomOptions { MaxLineBytes = maxLine, BufferBytes = buffer, StallTimeout = TimeSpan.FromSeconds(seconds) };
        Assert.Throws<ArgumentException>(() => new Venue(options));
    }
}
