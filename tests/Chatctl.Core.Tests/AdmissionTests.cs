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
    public void A_refused_member_is_evicted_before_it_can_send_or_get_anything()
    {
        var listener = new Guest(_door.Join(new Peer(Welcome)));
        var refused = new Guest(_door.Join(new Peer(Unwelcome)));
        Assert.False(listener.Member.IsEvicted);
        Assert.True(refused.Member.IsEvicted);
        Assert.False(refused.Member.WantsInput);
        refused.Say("let me in\n");
        listener.Say("no\n");
        Assert.Equal("", listener.Hear());
        Assert.Equal("", refused.Hear());
    }

    [Fact]
    public void The_admission_hears_once_when_an_admitted_member_leaves_and_never_of_a_refused_one()
    {
        IMember admitted = _door.Join(new Peer(Welcome)), refused = _door.Join(new Peer(Unwelcome)), unknown = _door.Join(Peer.Unknown);
        refused.Leave();
        Assert.Empty(_porter.Gone);
        admitted.Leave();
        admitted.Leave();
        unknown.Leave();
        Assert.Equal([Welcome, null], _porter.Gone);
        Assert.Equal(0, _room.MemberCount);
    }

    [Fact]
    public void A_place_is_given_back_while_its_member_still_counts()
    {
        IMember admitted = _door.Join(new Peer(Welcome));
        int counted = 0;
        _porter.Parting = () => counted = _room.MemberCount;
        admitted.Leave();
        Assert.Equal(1, counted);
        Assert.Equal(0, _room.MemberCount);
    }

    [Fact]
    public void A_refused_member_keeps_nothing_of_the_log_even_before_it_leaves()
    {
        _door.Join(new Peer(Unwelcome));
        var speaker = new Guest(_door.Join(new Peer(Welcome)));
        for (int i = 0; i < 100; i++)
        {
            speaker.Say(Venue.Line);
            speaker.Hear();
        }

        Assert.Equal(1, _room.SegmentCount);
    }

    [Fact]
    public void The_admission_is_not_asked_while_the_room_drains()
    {
        _room.Drain();
        IMember late = _door.Join(new Peer(Welcome));
        Assert.True(late.IsEvicted);
        late.Leave();
        Assert.Equal(0, _porter.Asked);
        Assert.Empty(_porter.Gone);
    }

    [Fact]
    public void A_member_admitted_just_when_the_room_begins_to_drain_is_refused_and_the_admission_hears_when_it_leaves()
    {
        _porter.Interruption = _room.Drain;
        IMember late = _door.Join(new Peer(Welcome));
        Assert.True(late.IsEvicted);
        late.Leave();
        Assert.Equal([Welcome], _porter.Gone);
    }

    [Fact]
    public void A_reserved_place_is_asked_for_and_given_back_once()
    {
        Assert.Null(_door.Reserve(Unwelcome));
        IDisposable place = _door.Reserve(Welcome)!;
        Assert.Equal(2, _porter.Asked);
        Assert.Equal(0, _room.MemberCount);
        Assert.Empty(_porter.Gone);
        place.Dispose();
        place.Dispose();
        Assert.Equal([Welcome], _porter.Gone);
    }

    [Fact]
    public void No_place_is_reserved_while_the_room_drains()
    {
        _room.Drain();
        Assert.Null(_door.Reserve(Welcome));
        Assert.Equal(0, _porter.Asked);
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
