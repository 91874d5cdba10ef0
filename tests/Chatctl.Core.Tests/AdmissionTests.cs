using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests;

public sealed class AdmissionTests : IDisposable
{
    private static readonly IPEndPoint Welcome = new(IPAddress.Loopback, 1);
    private static readonly IPEndPoint Unwelcome = new(IPAddress.Loopback, 2);

    private readonly Porter _porter = new();
    private readonly Room _room;
    private readonly IDoor _door;

    public AdmissionTests()
    {
        _room = new Room(Venue.Small, TimeProvider.System, NullLogger<Room>.Instance, _porter);
        _door = _room.OpenDoor(() => { });
    }

    public void Dispose()
    {
        _door.Dispose();
        _room.Dispose();
    }

    [Fact]
    public void Who_is_refused_is_evicted_before_it_is_heard_or_hears_anything()
    {
        var listener = new Guest(_door.Join(Welcome));
        var refused = new Guest(_door.Join(Unwelcome));
        Assert.False(listener.Member.IsEvicted);
        Assert.True(refused.Member.IsEvicted);
        Assert.False(refused.Member.WantsInput);
        refused.Say("let me in\n");
        listener.Say("no\n");
        Assert.Equal("", listener.Hear());
        Assert.Equal("", refused.Hear());
    }

    [Fact]
    public void Who_was_admitted_is_told_of_once_when_it_has_left_and_who_was_refused_never()
    {
        IMember admitted = _door.Join(Welcome), refused = _door.Join(Unwelcome), unknown = _door.Join(null);
        refused.Leave();
        Assert.Empty(_porter.Gone);
        admitted.Leave();
        admitted.Leave();
        unknown.Leave();
        Assert.Equal([Welcome, null], _porter.Gone);
        Assert.Equal(0, _room.MemberCount);
    }

    [Fact]
    public void A_place_is_given_back_before_its_member_no_longer_counts()
    {
        IMember admitted = _door.Join(Welcome);
        int counted = 0;
        _porter.Parting = () => counted = _room.MemberCount;
        admitted.Leave();
        Assert.Equal(1, counted);
        Assert.Equal(0, _room.MemberCount);
    }

    [Fact]
    public void Who_is_refused_keeps_nothing_of_the_log_even_before_it_leaves()
    {
        _door.Join(Unwelcome);
        var speaker = new Guest(_door.Join(Welcome));
        for (int i = 0; i < 100; i++)
        {
            speaker.Say(Venue.Line);
            speaker.Hear();
        }

        Assert.Equal(1, _room.SegmentCount);
    }

    [Fact]
    public void Nobody_is_asked_about_who_comes_while_the_room_drains()
    {
        _room.Drain();
        IMember late = _door.Join(Welcome);
        Assert.True(late.IsEvicted);
        late.Leave();
        Assert.Equal(0, _porter.Asked);
        Assert.Empty(_porter.Gone);
    }

    [Fact]
    public void Who_is_admitted_just_when_the_room_begins_to_drain_is_refused_and_told_of_when_it_has_left()
    {
        _porter.Interruption = _room.Drain;
        IMember late = _door.Join(Welcome);
        Assert.True(late.IsEvicted);
        late.Leave();
        Assert.Equal([Welcome], _porter.Gone);
    }

    private sealed class Porter : IAdmission
    {
        public int Asked { get; private set; }

        public List<EndPoint?> Gone { get; } = [];

        public Action Interruption { get; set; } = () => { };

        public Action Parting { get; set; } = () => { };

        public bool Admits(EndPoint? remote, out string reason)
        {
            Asked++;
            Interruption();
            bool admitted = !Unwelcome.Equals(remote);
            reason = admitted ? "" : "it is unwelcome";
            return admitted;
        }

        public void Left(EndPoint? remote)
        {
            Parting();
            Gone.Add(remote);
        }
    }
}
