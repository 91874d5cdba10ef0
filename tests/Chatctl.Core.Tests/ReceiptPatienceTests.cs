using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

/// <summary>How long a receipt waits for a member that lags.</summary>
public sealed class ReceiptPatienceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_receipt_waits_for_a_member_that_lags_until_its_patience_is_up()
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
    public void No_receipt_waits_for_a_member_that_made_one_wait_in_vain_until_it_has_caught_up()
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
    public void A_receipt_waits_without_a_limit_for_a_member_that_has_had_no_turn()
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
    public void One_log_message_says_that_receipts_do_not_wait_for_a_member_that_lags()
    {
        var events = new List<string>();
        var time = new FakeTimeProvider();
        using var room = new Room(Venue.Small, time, new Recorder(events));
        using IDoor door = room.OpenDoor(() => { });
        Guest first = new(door.Join(Peer.Unknown)), second = new(door.Join(Peer.Unknown));
        Guest laggard = new(door.Join(Peer.Unknown));
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
    public void Each_receipt_has_its_own_patience()
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
}
