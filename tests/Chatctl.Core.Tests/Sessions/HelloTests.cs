namespace Chatctl.Core.Tests.Sessions;

/// <summary>How a member becomes a session.</summary>
public sealed class HelloTests : RoomWithSessions
{
    [Fact]
    public void A_hello_is_found_however_it_is_cut()
    {
        string hello = $"CHATCTL/1 {{\"client\":\"{Ann}\",\"name\":\"ann\"}}\n{{\"n\":1,\"text\":\"x\"}}\n";
        for (int cut = 1; cut < hello.Length; cut++)
        {
            using var venue = new Venue(Options);
            Guest plain = venue.Join();
            Guest ann = venue.Join();
            ann.Say(hello[..cut]);
            ann.Hear();
            ann.Say(hello[cut..]);
            Assert.Equal("x\n", plain.Hear());
        }
    }

    [Fact]
    public void What_only_begins_like_a_hello_is_a_plain_line()
    {
        Guest plain = Venue.Join();
        foreach (string line in (string[])["CHATCTL/2 {}\n", "C\n", "CHATCTL/1\n", "chatctl\n"])
        {
            Guest other = Venue.Join();
            foreach (char c in line)
            {
                other.Say(c.ToString());
            }

            Assert.Equal(line, plain.Hear());
        }
    }

    [Fact]
    public void The_end_of_input_makes_the_beginning_of_a_hello_a_plain_line()
    {
        Guest plain = Venue.Join();
        Guest other = Venue.Join();
        other.Say("CHATCTL");
        other.Member.EndOfInput();
        Assert.Equal("CHATCTL\n", plain.Hear());
    }

    [Fact]
    public void A_session_changes_over_at_the_end_of_the_unit_that_is_being_sent()
    {
        Guest plain = Venue.Join();
        Guest ann = Venue.Join();
        plain.Say("one\ntwo\n");
        ann.Sip();
        ann.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        plain.Say("three\n");
        string heard = ann.Hear();
        Assert.StartsWith("ne\nCHATCTL/1 {", heard);
        Assert.EndsWith("\"from\":null,\"text\":\"three\"}\n", heard);
        Assert.DoesNotContain("two", heard);
    }

    [Fact]
    public void Without_sessions_a_hello_is_a_line()
    {
        Use(Options with { Sessions = false });
        Guest plain = Venue.Join();
        Venue.Join().Say("CHATCTL/1 {}\n");
        Assert.Equal("CHATCTL/1 {}\n", plain.Hear());
    }
}
