using System.Text.Json;

namespace Chatctl.Core.Tests.Backplane;

/// <summary>Sessions of a room that several nodes share: they may come back at another node.</summary>
public sealed class SessionsOnNodesTests : RoomOnNodes
{
    [Fact]
    public async Task A_session_that_comes_back_at_another_node_says_each_line_once()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest listener = Greet(there, "{}");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""", out JsonElement first);
        ann.Say("""{"n":1,"text":"one"}""" + "\n" + """{"n":2,"text":"two"}""" + "\n");
        HearUntil(ann, "{\"ack\":2,\"seq\":2}\n");
        ann.Member.Leave();
        Guest again = Greet(there, $$"""{"client":"{{Ann}}","name":"ann","since":"{{first.GetProperty("epoch").GetString()}}:2"}""", out JsonElement second);
        Assert.True(second.GetProperty("resumed").GetBoolean());
        Assert.Equal(first.GetProperty("id").GetInt64(), second.GetProperty("id").GetInt64());
        again.Say("""{"n":2,"text":"two"}""" + "\n" + """{"n":3,"text":"three"}""" + "\n");
        string heard = HearUntil(listener, "\"text\":\"three\"}\n");
        HearUntil(again, "{\"ack\":3,\"seq\":3}\n");
        Assert.Equal(["one", "two", "three"], Texts(heard));
    }

    [Fact]
    public async Task A_session_that_comes_back_at_another_node_is_given_what_it_has_missed_and_none_of_its_own_lines()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        Guest bob = Greet(there, $$"""{"client":"{{Bob}}"}""");
        ann.Say("""{"n":1,"text":"from ann"}""" + "\n");
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        ann.Member.Leave();
        bob.Say("""{"n":1,"text":"from bob"}""" + "\n");
        HearUntil(bob, "{\"ack\":1,\"seq\":2}\n");
        Guest again = Greet(there, $$"""{"client":"{{Ann}}","since":"{{hello.GetProperty("epoch").GetString()}}:0"}""", out JsonElement answer);
        Assert.False(answer.TryGetProperty("gap", out _));
        Assert.Equal(["from bob"], Texts(HearUntil(again, "\"text\":\"from bob\"}\n")));
    }

    [Fact]
    public async Task A_session_that_opens_at_another_node_replaces_the_connection_before()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest before = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""");
        Guest bob = Greet(there, """{"name":"bob"}""");
        Guest now = Greet(there, $$"""{"client":"{{Ann}}","name":"ann"}""", out JsonElement hello);
        Assert.Equal("ann", hello.GetProperty("name").GetString());
        Until(() => before.Member.IsEvicted, () => "the connection before is never evicted");
        before.Member.Leave();
        now.Say("""{"n":1,"text":"here I am"}""" + "\n");
        string heard = HearUntil(bob, "\"text\":\"here I am\"}\n");
        Assert.DoesNotContain("leave", heard);
        Assert.DoesNotContain("join", heard);
    }

    [Fact]
    public async Task A_name_is_had_once_in_all_of_the_room()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Greet(here, """{"name":"ann"}""", out JsonElement first);
        Guest second = Greet(there, """{"name":"Ann"}""", out JsonElement answer);
        Assert.Equal("ann", first.GetProperty("name").GetString());
        Assert.Equal("Ann-2", answer.GetProperty("name").GetString());
        second.Say("""{"name":"ann"}""" + "\n");
        HearUntil(second, "{\"name\":\"ann-2\"}\n");
    }

    [Fact]
    public async Task Sessions_hear_who_comes_and_goes_at_other_nodes()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest bob = Greet(there, """{"name":"bob"}""");
        Guest ann = Greet(here, """{"name":"ann"}""");
        HearUntil(bob, "\"name\":\"ann\"}\n");
        ann.Member.Leave();
        string heard = HearUntil(bob, "\"name\":\"ann\",\"reason\":\"lost\"}\n");
        Assert.Contains("\"event\":\"leave\"", heard);
    }

    [Fact]
    public async Task Who_tells_the_members_of_all_nodes()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest ann = Greet(here, """{"name":"ann"}""");
        Guest bob = Greet(there, """{"name":"bob"}""");
        Guest plain = there.Join();
        plain.Say("that the others hear of it\n");
        HearUntil(ann, "of it\"}\n");
        HearUntil(bob, "of it\"}\n");
        bob.Say("""{"who":true}""" + "\n");
        string heard = HearUntil(bob, "\"more\":false}\n");
        Assert.Contains("\"name\":\"ann\"", heard);
        Assert.Contains("\"plain\":1,", heard);
        ann.Say("""{"who":true}""" + "\n");
        heard = HearUntil(ann, "\"more\":false}\n");
        Assert.Contains("\"name\":\"bob\"", heard);
        Assert.Contains("\"plain\":1,", heard);
    }

    [Fact]
    public async Task With_presence_of_all_a_plain_member_is_told_at_every_node()
    {
        RoomOptions options = Options with { Presence = PresenceScope.All };
        Venue here = await Node("a", options);
        Venue there = await Node("b", options);
        Guest bob = Greet(there, """{"name":"bob"}""");
        Guest plain = here.Join();
        HearUntil(bob, "\"id\":1,\"name\":null}\n");
        plain.Member.Leave();
        HearUntil(bob, "\"id\":1,\"name\":null,\"reason\":\"lost\"}\n");
        Guest ann = here.Join();
        ann.Say("CHATCTL/1 {\"name\":\"ann\"}\n");
        string heard = HearUntil(bob, "\"name\":\"ann\"}\n");
        Assert.Contains("\"reason\":\"session\"", heard);
    }

    [Fact]
    public async Task What_comes_with_the_hello_waits_for_the_session()
    {
        Venue here = await Node("a");
        Guest listener = here.Join();
        Guest ann = here.Join();
        Engine.Pause();
        ann.Say("CHATCTL/1 {\"name\":\"ann\"}\n{\"n\":1,\"text\":\"at once\"}\n");
        Assert.False(ann.Member.WantsInput);
        ann.Say("{\"n\":2,\"text\":\"and more\"}\n");
        ann.Member.EndOfInput();
        Engine.Resume();
        Assert.Equal("at once\nand more\n", HearUntil(listener, "more\n"));
        string heard = "";
        Outbound last = default;
        Until(() => (heard += ann.Hear(out last), last).last == Outbound.Finish, () => $"it never ends, but hears {heard}");
        Assert.EndsWith("{\"ack\":2,\"seq\":2}\n", heard);
    }

    [Fact]
    public async Task A_client_whose_hello_takes_long_is_told_so_each_second()
    {
        Venue here = await Node("a");
        Guest ann = here.Join();
        Engine.Pause();
        ann.Say("CHATCTL/1 {\"name\":\"ann\"}\n");
        Assert.Equal("", ann.Hear());
        for (int i = 0; i < 3; i++)
        {
            int before = here.Wakes;
            here.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(here.Wakes > before);
            Assert.Equal("CHATCTL/1 {\"wait\":true}\n", ann.Hear());
            Assert.Equal("", ann.Hear());
        }

        Engine.Resume();
        Assert.Equal("ann", Answer(ann).GetProperty("name").GetString());
        here.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("wait", ann.Hear());
    }

    [Fact]
    public async Task A_member_that_leaves_while_its_hello_is_under_way_is_no_session_in_the_end()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest bob = Greet(there, """{"name":"bob"}""");
        Guest ann = here.Join();
        Engine.Pause();
        ann.Say("CHATCTL/1 {\"name\":\"ann\"}\n");
        ann.Member.Leave();
        Engine.Resume();
        HearUntil(bob, "\"name\":\"ann\",\"reason\":\"lost\"}\n");
        bob.Say("""{"who":true}""" + "\n");
        Assert.DoesNotContain("ann", HearUntil(bob, "\"more\":false}\n"));
    }

    [Fact]
    public async Task A_session_that_has_finished_is_gone_at_all_nodes_before_its_connection_ends()
    {
        Venue here = await Node("a");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""");
        ann.Say("""{"n":1,"text":"bye"}""" + "\n");
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        ann.Member.EndOfInput();
        Until(ann, Outbound.Finish);
        Greet(here, """{"name":"ann"}""", out JsonElement next);
        Assert.Equal("ann", next.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_session_that_has_finished_does_not_keep_the_servers_awake_while_the_log_is_away()
    {
        Venue here = await Node("a");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""");
        ann.Say("""{"n":1,"text":"bye"}""" + "\n");
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        ann.Member.EndOfInput();
        Settle();
        Engine.Pause();
        ann.Hear(out _);
        int before = here.Wakes;
        for (int i = 0; i < 10; i++)
        {
            ann.Hear(out Outbound end);
            Assert.Equal(Outbound.Nothing, end);
        }

        Assert.Equal(before, here.Wakes);
        Engine.Resume();
        Until(ann, Outbound.Finish);
    }

    [Fact]
    public async Task A_position_that_nobody_has_been_given_is_refused_and_nobody_comes()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest bob = Greet(there, """{"name":"bob"}""", out JsonElement hello);
        Guest ann = here.Join();
        ann.Say($$"""CHATCTL/1 {"name":"ann","since":"{{hello.GetProperty("epoch").GetString()}}:7"}""" + "\n");
        Assert.Equal("since", Answer(ann).GetProperty("error").GetString());
        bob.Say("""{"n":1,"text":"one"}""" + "\n");
        Assert.DoesNotContain("ann", HearUntil(bob, "{\"ack\":1,\"seq\":1}\n"));
    }
}
