using System.Text.Json;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>How sessions end in order.</summary>
public sealed class EndTests : RoomWithSessions
{
    [Fact]
    public void A_session_that_has_sent_no_line_ends_with_its_half_close_and_frees_its_name()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        plain.Say("one\n");
        ann.Say("{\"who\":true}\n");
        ann.Member.EndOfInput();
        plain.Say("two\n");
        Assert.Matches("^\\{\"who\":[^\n]*\n\\{\"seq\":1,[^\n]*\n$", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
        Join($$"""{"client":"{{Bob}}","name":"ann"}""", out JsonElement hello);
        Assert.Equal("ann", hello.GetProperty("name").GetString());
    }

    [Fact]
    public void The_others_are_told_once_that_a_session_has_left_before_its_client_reads_the_end()
    {
        Guest bob = Open(Bob, "bob");
        Guest ann = Open(Ann, "ann");
        bob.Hear();
        ann.Member.EndOfInput();
        int wakes = Venue.Wakes;
        ann.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
        Assert.True(Venue.Wakes > wakes);
        Assert.Matches("^\\{\"event\":\"leave\",[^\n]*\"name\":\"ann\",\"reason\":\"left\"\\}\n$", bob.Hear());
        ann.Member.Leave();
        Assert.Equal("", bob.Hear());
    }

    [Fact]
    public void A_session_that_resumes_only_to_half_close_gets_its_end()
    {
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        ann.Hear();
        ann.Member.Leave();
        Guest again = Venue.Join();
        again.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        Assert.EndsWith("}\n{\"ack\":1,\"seq\":1}\n", again.Hear());
        again.Member.EndOfInput();
        again.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_hello_that_comes_with_a_half_close_gets_the_past_and_the_end()
    {
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"text\":\"one\"}\n");
        Guest reader = Venue.Join();
        reader.Say("CHATCTL/1 {\"since\":\"all\"}");
        reader.Member.EndOfInput();
        Assert.Matches("^CHATCTL/1 [^\n]*\n\\{\"event\":\"join\"[^\n]*\n\\{\"seq\":1,[^\n]*\n$", reader.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_session_whose_only_line_was_refused_gets_its_end()
    {
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"a\\nb\"}\n");
        ann.Member.EndOfInput();
        Assert.StartsWith("{\"error\":\"terminator\"", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_finished_session_gets_its_acks_before_its_end()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        ann.Member.EndOfInput();
        ann.Hear(out Outbound end);
        Assert.Equal(Outbound.Nothing, end);
        plain.Hear();
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear(out end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_draining_room_acknowledges_what_it_has_taken()
    {
        Guest plain = Venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        Venue.Room.Drain();
        Assert.Equal("one\n", plain.Hear());
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }
}
