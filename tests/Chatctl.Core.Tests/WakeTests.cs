using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

public sealed class WakeTests
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(2);

    [Fact]
    public void A_line_and_an_end_of_input_wake_every_door()
    {
        using var venue = new Venue();
        int elsewhere = 0;
        using IDoor door = venue.Room.OpenDoor(() => elsewhere++);
        Guest speaker = venue.Join();
        speaker.Say("a line\n");
        Assert.Equal((1, 1), (venue.Wakes, elsewhere));
        speaker.Say("half");
        Assert.Equal((1, 1), (venue.Wakes, elsewhere));
        speaker.Member.EndOfInput();
        Assert.Equal((2, 2), (venue.Wakes, elsewhere));
    }

    [Fact]
    public void The_bytes_that_a_wake_announces_are_pending_when_it_comes()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join(), listener = venue.Join();
        string heard = "";
        using IDoor door = venue.Room.OpenDoor(() => heard += listener.Hear());
        speaker.Say("1\n");
        speaker.Say("2\n");
        speaker.Say("tail");
        speaker.Member.EndOfInput();
        Assert.Equal("1\n2\ntail\n", heard);
    }

    [Fact]
    public void A_disposed_door_gets_no_more_wakes()
    {
        using var venue = new Venue();
        Guest speaker = venue.Join();
        venue.Door.Dispose();
        speaker.Say("a line\n");
        venue.Room.Drain();
        Assert.Equal(0, venue.Wakes);
    }

    [Fact]
    public async Task Other_threads_can_use_the_room_while_a_wake_is_under_way()
    {
        // If a wake came under the room's lock, the other thread could not get in, and the watchdog would fail the test.
        var time = new FakeTimeProvider();
        using var room = new Room(Venue.Small, time, NullLogger<Room>.Instance);
        int wakes = 0;
        bool inWake = false;
        using IDoor quiet = room.OpenDoor(() => { });
        using IDoor door = room.OpenDoor(() =>
        {
            if (inWake)
            {
                return;
            }

            inWake = true;
            wakes++;
            Assert.True(Task.Run(() => Visit(room, quiet)).Wait(Watchdog), "the room is locked during a wake");
            inWake = false;
        });

        var everything = Task.Run(() =>
        {
            Guest speaker = new(door.Join(Peer.Unknown)), laggard = new(door.Join(Peer.Unknown)), tooLong = new(door.Join(Peer.Unknown));
            ExpectWake(() => speaker.Say("line\n"));
            ExpectWake(() => tooLong.Say(new string('x', 17)));
            ExpectWake(tooLong.Member.EndOfInput, expected: false);
            tooLong.Member.Leave();
            Venue.Fill(speaker);
            ExpectWake(() => laggard.Hear());
            Venue.Fill(speaker);
            ExpectWake(() => time.Advance(TimeSpan.FromSeconds(10)));
            Assert.True(laggard.Member.IsEvicted);
            ExpectWake(laggard.Member.Leave);
            ExpectWake(speaker.Member.EndOfInput);
            ExpectWake(room.Drain);
        });
        await everything.WaitAsync(3 * Watchdog);

        void ExpectWake(Action change, bool expected = true)
        {
            int before = wakes;
            change();
            Assert.Equal(expected, wakes > before);
        }
    }

    private static void Visit(Room room, IDoor door)
    {
        var guest = new Guest(door.Join(Peer.Unknown));
        guest.Hear();
        _ = room.MemberCount;
        guest.Member.Leave();
    }
}
