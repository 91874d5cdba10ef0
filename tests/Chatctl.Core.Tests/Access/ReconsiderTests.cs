using System.Text.Json;
using Chatctl.Core.Access;

namespace Chatctl.Core.Tests.Access;

/// <summary>What becomes of members when the rules change.</summary>
public sealed class ReconsiderTests : GuardedRoom
{
    [Fact]
    public void Who_may_not_be_here_any_more_or_has_other_rights_is_disconnected_and_nobody_else()
    {
        Guest[] ann = [Known("ann"), ByToken("ann"), Greet(Known("ann"), "{}", out _)];
        Guest[] bob = [Known("bob"), ByToken("bob")];
        Guest cid = ByToken("cid");
        Guest stranger = Venue.Join();
        Doorkeeper.Rules = RuleSyntax.Read(Rules.Replace("bob token", "bob # token", StringComparison.Ordinal).Replace("bob #", "#", StringComparison.Ordinal)
            .Replace("cid " + AccessToken.ProofOf(Tokens["cid"]) + " write", "cid " + AccessToken.ProofOf(Tokens["cid"]) + " read", StringComparison.Ordinal));
        Assert.Equal(2, Venue.Room.Reconsider());
        Assert.All(ann, guest => Assert.False(guest.Member.IsEvicted));
        Assert.Equal([false, true], bob.Select(guest => guest.Member.IsEvicted));
        Assert.True(cid.Member.IsEvicted);
        Assert.False(stranger.Member.IsEvicted);
        Assert.Equal(2, Venue.Room.Evictions(EvictionReason.Revoked));
        Assert.Equal(2, Events.Count(name => name == "Evicted"));
        Assert.Equal(0, Venue.Room.Reconsider());
    }

    [Fact]
    public void The_others_see_why_a_session_has_left()
    {
        Guest ann = ByToken("ann");
        Guest bob = ByToken("bob");
        ann.Hear();
        Doorkeeper.Rules = RuleSyntax.Read($"ann {AccessToken.ProofOf(Tokens["ann"])} read,write\n");
        Venue.Room.Reconsider();
        bob.Member.Leave();
        Assert.Contains("\"name\":\"bob\",\"reason\":\"revoked\"", ann.Hear());
    }

    [Fact]
    public void Who_has_a_name_that_is_anothers_now_gets_their_own()
    {
        Guest ann = ByToken("ann", ",\"name\":\"dora\"");
        Guest bob = ByToken("bob");
        Doorkeeper.Rules = RuleSyntax.Read(Rules + "dora user:dora read\n");
        int wakes = Venue.Wakes;
        Assert.Equal(0, Venue.Room.Reconsider());
        Assert.True(Venue.Wakes > wakes);
        Assert.Contains("{\"name\":\"ann\"}", ann.Hear());
        Assert.Contains("\"name\":\"ann\",\"was\":\"dora\"", bob.Hear());
        Greet(Known("dora"), "{}", out JsonElement hello);
        Assert.Equal("dora", hello.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Nobody_gets_in_by_old_rules_while_they_change()
    {
        var old = RuleSyntax.Read(Rules);
        var later = RuleSyntax.Read("bob user:bob read\n");
        var doorkeeper = new Doorkeeper(Rules);
        using var venue = new Venue(Options, access: doorkeeper);
        Guest bob = venue.Join(new Peer(null, UserName: "bob"));
        for (int round = 0; round < 200; round++)
        {
            doorkeeper.Rules = old;
            using var start = new Barrier(2);
            var joining = Task.Run(() =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, 20).Select(_ => venue.Join(new Peer(null, UserName: "ann"))).ToList();
            });
            start.SignalAndWait();
            doorkeeper.Rules = later;
            venue.Room.Reconsider();
            List<Guest> joined = await joining.WaitAsync(TimeSpan.FromMinutes(2));
            joined.ForEach(guest => guest.Say("too late\n"));
            Assert.All(joined, guest => Assert.True(guest.Member.IsEvicted));
            joined.ForEach(guest => guest.Member.Leave());
        }

        Assert.Equal("", bob.Hear());
    }
}
