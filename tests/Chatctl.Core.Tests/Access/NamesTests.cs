using System.Text.Json;
using Chatctl.Core.Access;

namespace Chatctl.Core.Tests.Access;

/// <summary>Names of principals are theirs, and so are their sessions.</summary>
public sealed class NamesTests : GuardedRoom
{
    [Fact]
    public void Sessions_are_called_as_their_principal_unless_they_ask_for_another_name()
    {
        Assert.Equal("ann", NameOf(ByToken("ann")));
        Assert.Equal("ann-2", NameOf(ByToken("ann")));
        Assert.Equal("dora", NameOf(ByToken("ann", ",\"name\":\"dora\"")));
        Assert.Equal("dora-2", NameOf(ByToken("cid", ",\"name\":\"dora\"")));
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("ANN")]
    [InlineData("ａｎｎ")]
    [InlineData("ann-2")]
    [InlineData("ann-77")]
    public void Who_wants_the_name_of_another_principal_gets_their_own(string name)
    {
        Guest cid = ByToken("cid", $",\"name\":\"{name}\"", out JsonElement hello);
        Assert.Equal("cid", hello.GetProperty("name").GetString());
        cid.Say("{\"name\":\"dora\"}\n");
        cid.Say($$"""{"name":"{{(name.All(char.IsAscii) ? name : "Ann")}}"}""" + "\n");
        Assert.Equal("""{"name":"dora"}""" + "\n" + """{"name":"cid"}""" + "\n", cid.Hear());
        Assert.Equal("ann", NameOf(ByToken("ann")));
    }

    [Fact]
    public void A_number_makes_no_name_that_is_another_principals()
    {
        Doorkeeper.Rules = RuleSyntax.Read(Rules + "x-2 user:x read\n");
        ByToken("ann", ",\"name\":\"x\"");
        ByToken("cid", ",\"name\":\"x\"", out JsonElement hello);
        Assert.Equal("cid", hello.GetProperty("name").GetString());
        Greet(Known("x"), "{}", out hello);
        Assert.Equal("x-2", hello.GetProperty("name").GetString());
    }

    [Fact]
    public void A_member_that_may_not_write_has_its_principals_name()
    {
        Assert.Equal("bob", NameOf(ByToken("bob", ",\"name\":\"buy now\"")));
        Assert.Equal("bob-2", NameOf(ByToken("bob", ",\"name\":\"buy now\"")));
    }

    [Fact]
    public void A_client_id_counts_for_its_own_principal_only()
    {
        Guest ann = ByToken("ann", $",\"client\":\"{Client}\"");
        ann.Say("{\"n\":1,\"text\":\"x\"}\n");
        ByToken("cid", $",\"client\":\"{Client}\"", out JsonElement hello);
        Assert.False(hello.GetProperty("resumed").GetBoolean());
        Assert.Equal("cid", hello.GetProperty("name").GetString());
        Assert.False(ann.Member.IsEvicted);

        // Another proof of the same name is the same principal.
        Greet(Known("ann"), $$"""{"client":"{{Client}}"}""", out hello);
        Assert.True(hello.GetProperty("resumed").GetBoolean());
        Assert.True(ann.Member.IsEvicted);
    }

    private static string NameOf(Guest guest)
    {
        guest.Hear();
        guest.Say("{\"who\":true}\n");
        guest.Say("{\"name\":\"\"}\n");
        return guest.Member.ToString()!.Split(' ')[1];
    }
}
