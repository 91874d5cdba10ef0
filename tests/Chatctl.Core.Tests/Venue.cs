using Chatctl.Core.Access;
using Chatctl.Core.Backplane;
using Chatctl.Core.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests;

/// <summary>A room with one door, and a clock that the test moves. By default a segment holds four lines of 16 bytes.</summary>
internal sealed class Venue : IDisposable
{
    public static readonly RoomOptions Small = new() { MaxLineBytes = 16, BufferBytes = 64 * RoomOptions.Segments };

    /// <summary>A line that fills a quarter of a small segment.</summary>
    public const string Line = "fifteen letters\n";

    public Venue(RoomOptions? options = null, TimeProvider? time = null, IAccess? access = null, ILogger<Room>? logger = null, RoomJournal? journal = null, RoomBackplane? backplane = null)
    {
        Room = new Room(options ?? Small, time ?? Time, logger ?? NullLogger<Room>.Instance, access: access, journal: journal, backplane: backplane);
        Door = Room.OpenDoor(() => Wakes++);
    }

    public FakeTimeProvider Time { get; } = new();

    public Room Room { get; }

    public IDoor Door { get; }

    public int Wakes { get; set; }

    public Guest Join(Peer? peer = null) => new(Door.Join(peer ?? Peer.Unknown));

    /// <summary>A member says lines until senders are held back. The listeners keep up.</summary>
    public static int Fill(Guest speaker, params Guest[] listeners)
    {
        int lines = 0;
        while (speaker.Member.WantsInput)
        {
            Assert.True(++lines < 10_000, "the window never fills");
            speaker.Say(Line);
            Array.ForEach([speaker, .. listeners], guest => guest.Hear());
        }

        return lines;
    }

    public void Dispose()
    {
        Door.Dispose();
        Room.Dispose();
    }
}
