using System.Text.RegularExpressions;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>A room that tells sessions about plain members too.</summary>
public sealed partial class PlainPresenceTests : IDisposable
{
    private readonly Venue _venue = new(new RoomOptions { Presence = PresenceScope.All });

    public void Dispose() => _venue.Dispose();

    [Fact]
    public void Plain_members_come_and_go_by_their_numbers()
    {
        Guest ann = Open("ann");
        Guest plain = _venue.Join(), lost = _venue.Join();
        plain.Say("hello\n");
        plain.Member.EndOfInput();
        plain.Member.Leave();
        lost.Member.Leave();
        Assert.Equal(["join 2 null", "join 3 null", "hello", "leave 2 null left", "leave 3 null lost"], Told(ann));
    }

    [Fact]
    public void A_plain_member_that_is_disconnected_leaves_with_the_reason()
    {
        Guest ann = Open("ann");
        Guest plain = _venue.Join();
        plain.Say(new string('x', 70_000));
        plain.Member.Leave();
        Assert.Equal(["join 2 null", "leave 2 null line_too_long"], Told(ann));
    }

    [Fact]
    public void A_member_that_says_hello_is_a_plain_one_until_then()
    {
        Guest ann = Open("ann");
        Guest bob = Open("bob");
        Assert.Equal(["join 2 null", "leave 2 null session", "join 2 \"bob\""], Told(ann));
        Assert.Equal([], Told(bob));
        bob.Member.Leave();
        Assert.Equal(["leave 2 \"bob\" lost"], Told(ann));
    }

    [Fact]
    public void A_session_that_resumes_does_not_hear_of_its_own_connection()
    {
        Guest ann = Open("ann");
        Open("bob").Member.Leave();
        Told(ann);
        Assert.Equal([], Told(Open("bob")));
        Assert.Equal(["join 3 null", "leave 3 null session", "join 2 \"bob\""], Told(ann));
    }

    [Fact]
    public void A_session_that_resumes_with_what_it_has_missed_hears_both_that_its_connection_came_and_that_it_went()
    {
        Guest ann = Open("ann");
        Open("bob").Member.Leave();
        ann.Say("{\"n\":1,\"text\":\"hello\"}\n");
        Guest bob = _venue.Join();
        bob.Say("CHATCTL/1 {\"client\":\"bob-------------------\",\"since\":1}\n");
        Assert.Equal(["leave 1 null session", "join 1 \"ann\"", "hello", "join 3 null", "leave 3 null session"], Told(bob));
    }

    [Fact]
    public void A_member_whose_hello_is_refused_leaves_at_once()
    {
        Guest ann = Open("ann");
        Guest bad = _venue.Join();
        bad.Say("CHATCTL/1 nonsense\n");
        Assert.Equal(["join 2 null", "leave 2 null protocol"], Told(ann));
        bad.Member.Leave();
        Assert.Equal([], Told(ann));
    }

    [Fact]
    public void A_member_that_is_refused_is_not_told()
    {
        Guest ann = Open("ann");
        _venue.Room.Drain();
        _venue.Join().Member.Leave();
        Assert.Equal([], Told(ann));
    }

    [Fact]
    public void Who_lists_plain_members_among_the_sessions_by_number()
    {
        _venue.Join();
        Open("ann");
        _venue.Join();
        Guest bob = Open("bob");
        _venue.Join();
        bob.Hear();
        bob.Say("{\"who\":true}\n");
        Assert.Equal(
            "{\"who\":[{\"id\":1,\"name\":null},{\"id\":2,\"name\":\"ann\"},{\"id\":3,\"name\":null},{\"id\":4,\"name\":\"bob\"},{\"id\":5,\"name\":null}],\"plain\":3,\"more\":false}\n",
            bob.Hear());
    }

    [Fact]
    public void Who_goes_on_from_page_to_page_without_missing_anybody()
    {
        Guest ann = Open("ann");
        for (int i = 2; i <= 1000; i++)
        {
            if (i % 3 == 0)
            {
                Open($"a name that takes some bytes {i}");
            }
            else
            {
                _venue.Join();
            }
        }

        ann.Hear();
        ann.Say("{\"who\":true}\n");
        string who = ann.Hear();
        Assert.True(who.Split('\n').Length > 3, "one page holds all");
        Assert.Equal(Enumerable.Range(1, 1000), Id().Matches(who).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
    }

    private Guest Open(string name)
    {
        Guest guest = _venue.Join();
        guest.Say($"CHATCTL/1 {{\"name\":\"{name}\",\"client\":\"{name.Replace(' ', '-').PadRight(22, '-')}\"}}\n");
        string heard = guest.Hear();
        Assert.StartsWith("CHATCTL/1 {\"room\"", heard, StringComparison.Ordinal);
        return guest;
    }

    private static IEnumerable<string> Told(Guest guest) =>
        Event().Matches(guest.Hear()).Select(match => match.Groups[5].Success ? match.Groups[5].Value : $"{match.Groups[1]} {match.Groups[2]} {match.Groups[3]} {match.Groups[4]}".TrimEnd());

    [GeneratedRegex("\\{\"event\":\"(\\w+)\",\"time\":\"[^\"]+\",\"id\":(\\d+),\"name\":(null|\"[^\"]+\")(?:,\"reason\":\"(\\w+)\")?|\"text\":\"([^\"]*)\"")]
    private static partial Regex Event();

    [GeneratedRegex("\"id\":(\\d+)")]
    private static partial Regex Id();
}
