using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

public sealed class WindowLogTests
{
    private readonly List<string> _events = [];

    [Fact]
    public void A_full_window_is_logged_at_most_once_a_second_and_each_logged_one_has_its_opening()
    {
        var time = new FakeTimeProvider();
        using var room = new Room(Venue.Small, time, new Recorder(_events));
        using IDoor door = room.OpenDoor(() => { });
        var speaker = new Guest(door.Join(Peer.Unknown));
        var hearer = new Guest(door.Join(Peer.Unknown));
        _events.Clear();
        for (int i = 0; i < 100; i++)
        {
            Venue.Fill(speaker);
            hearer.Hear();
            time.Advance(TimeSpan.FromSeconds(0.1));
        }

        string[] second = ["WindowFullUntold 9", "WindowFull", "WindowOpen"];
        Assert.Equal(["WindowFull", "WindowOpen", .. Enumerable.Repeat(second, 9).SelectMany(it => it)], _events);
    }
}
