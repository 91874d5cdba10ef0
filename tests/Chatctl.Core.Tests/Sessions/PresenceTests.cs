using System.Text.Json;
using System.Text.RegularExpressions;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>Who is there, and under which name.</summary>
public sealed class PresenceTests : RoomWithSessions
{
    [Fact]
    public void Sessions_see_who_comes_and_goes_and_plain_members_do_not()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        Guest bob = Open(Bob, "Ann");
        bob.Say("{\"name\":\"bob\"}\n");
        Assert.Equal("{\"name\":\"bob\"}\n", bob.Hear());
        bob.Member.EndOfInput();
        bob.Member.Leave();
        string heard = Regex.Replace(ann.Hear(), "\"time\":\"[^\"]*\",", "");
        Assert.Equal(
            "{\"event\":\"join\",\"id\":3,\"name\":\"Ann-2\"}\n{\"event\":\"rename\",\"id\":3,\"name\":\"bob\",\"was\":\"Ann-2\"}\n"
                + "{\"event\":\"leave\",\"id\":3,\"name\":\"bob\",\"reason\":\"left\"}\n",
            heard);
        Assert.Equal("", plain.Hear());
    }

    [Fact]
    public void A_newer_connection_with_another_name_renames_the_session()
    {
        Guest bob = Open(Bob, "bob");
        Open(Ann, "ann");
        bob.Hear();
        Open(Ann, "anna");
        Assert.EndsWith(",\"id\":2,\"name\":\"anna\",\"was\":\"ann\"}\n", bob.Hear());
    }

    [Fact]
    public void A_connection_that_was_replaced_does_not_count_as_a_plain_member()
    {
        Venue.Join();
        Open(Ann, "ann");
        Guest newer = Open(Ann, "ann");
        newer.Say("{\"who\":true}\n");
        Assert.Equal("{\"who\":[{\"id\":2,\"name\":\"ann\"}],\"plain\":1,\"more\":false}\n", newer.Hear());
    }

    [Fact]
    public void Who_is_answered_in_pages()
    {
        Guest ann = Open(Ann, "ann");
        for (int i = 0; i < 300; i++)
        {
            Open($"{Bob}{i}", $"bob{i}");
        }

        ann.Hear();
        ann.Say("{\"who\":true}\n{\"who\":true}\n");
        string[] pages = ann.Hear().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(pages.Length > 1);
        Assert.Equal(301, pages.Sum(page => JsonDocument.Parse(page).RootElement.GetProperty("who").GetArrayLength()));
        Assert.All(pages, page => Assert.True(page.Length < 5000));
        Assert.Equal([.. Enumerable.Repeat(true, pages.Length - 1), false], pages.Select(page => JsonDocument.Parse(page).RootElement.GetProperty("more").GetBoolean()));
    }

    [Fact]
    public void A_crowd_that_comes_at_once_is_counted()
    {
        Guest ann = Open(Ann, "ann");
        ann.Hear();
        for (int i = 0; i < 250; i++)
        {
            Open($"{Bob}{i}", "bob");
        }

        Assert.Equal(99, ann.Hear().Split('\n').Count(line => line.Contains("join")));
        Venue.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("\"joined\":151,\"left\":0,\"renamed\":0", ann.Hear());
    }
}
