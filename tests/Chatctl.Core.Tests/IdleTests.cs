namespace Chatctl.Core.Tests;

public sealed class IdleTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(1);
    private static readonly RoomOptions Impatient = Venue.Small with { IdleTimeout = 4 * Quarter };

    [Fact]
    public void An_idle_member_is_evicted_after_the_idle_timeout_and_at_most_a_quarter_later()
    {
        using var venue = new Venue(Impatient);
        venue.Time.Advance(0.5 * Quarter);
        Guest silent = venue.Join();
        for (int i = 0; i < 4; i++)
        {
            venue.Time.Advance(Quarter);
            Assert.False(silent.Member.IsEvicted);
        }

        int wakes = venue.Wakes;
        venue.Time.Advance(Quarter);
        Assert.True(silent.Member.IsEvicted);
        Assert.Equal(wakes + 1, venue.Wakes);
        Assert.Equal(1, venue.Room.Evictions(EvictionReason.Idle));
        Pass(venue, 10);
        Assert.Equal(1, venue.Room.Evictions(EvictionReason.Idle));
    }

    [Fact]
    public void A_member_that_sends_or_is_sent_a_byte_now_and_then_stays()
    {
        using var venue = new Venue(Impatient);
        Guest speaker = venue.Join(), listener = venue.Join(), stalled = venue.Join();
        for (int i = 0; i < 6; i++)
        {
            speaker.Say(i == 0 ? "ten bytes\n" : "x");
            listener.Sip();
            stalled.Next();
            stalled.Member.Sent(0);
            Pass(venue, 3);
        }

        Assert.False(speaker.Member.IsEvicted);
        Assert.False(listener.Member.IsEvicted);
        Assert.True(stalled.Member.IsEvicted);
        Pass(venue, 5);

        Assert.True(speaker.Member.IsEvicted);
        Assert.True(listener.Member.IsEvicted);
    }

    [Fact]
    public void A_member_is_not_idle_while_the_room_does_not_read_from_it()
    {
        using var venue = new Venue(Impatient with { LinesPerSecond = 1 });
        Guest speaker = venue.Join(), silent = venue.Join();
        speaker.Say(string.Concat(Enumerable.Repeat("x\n", 20)));
        for (int step = 0; step < 23; step++)
        {
            Assert.False(speaker.Member.IsEvicted);
            venue.Time.Advance(Quarter);
        }

        Assert.True(silent.Member.IsEvicted);
        Pass(venue, 5);
        Assert.True(speaker.Member.IsEvicted);
    }

    [Fact]
    public void Without_an_idle_timeout_no_member_is_evicted_for_silence()
    {
        using var venue = new Venue();
        Guest silent = venue.Join();
        venue.Time.Advance(TimeSpan.FromDays(20));
        Assert.False(silent.Member.IsEvicted);
    }

    private static void Pass(Venue venue, int quarters)
    {
        for (int i = 0; i < quarters; i++)
        {
            venue.Time.Advance(Quarter);
        }
    }
}
