using System.Text.Json;
using Chatctl.Core.Backplane;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests.Backplane;

/// <summary>Nodes that come late, stop, die, or are cut off.</summary>
public sealed class NodeTests : RoomOnNodes
{
    [Fact]
    public async Task A_node_that_starts_later_has_the_history_the_numbers_and_the_names()
    {
        Venue here = await Node("a");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""", out JsonElement first);
        ann.Say("""{"n":1,"text":"one"}""" + "\n" + """{"n":2,"text":"two"}""" + "\n");
        HearUntil(ann, "{\"ack\":2,\"seq\":2}\n");
        Venue late = await Node("b");
        Guest bob = Greet(late, """{"name":"ann","since":"all"}""", out JsonElement hello);
        Assert.Equal("ann-2", hello.GetProperty("name").GetString());
        Assert.Equal(first.GetProperty("epoch").GetString(), hello.GetProperty("epoch").GetString());
        Assert.Equal(["one", "two"], Texts(HearUntil(bob, "\"text\":\"two\"}\n")));
        Guest plain = late.Join();
        plain.Say("three\n");
        Assert.Contains("\"seq\":3,", HearUntil(ann, "\"text\":\"three\"}\n"));
    }

    [Fact]
    public async Task A_node_that_starts_with_a_saved_state_is_like_those_that_were_there()
    {
        RoomOptions large = Options with { MaxLineBytes = 64 << 10, BufferBytes = 2 << 20, MaxUnfinishedBytes = 64 << 20 };
        Venue here = await Node("a", large);
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""", out JsonElement first);
        Guest gone = Greet(here, $$"""{"client":"{{Bob}}","name":"bob"}""");
        gone.Say("""{"n":7,"text":"seven"}""" + "\n");
        HearUntil(ann, "\"text\":\"seven\"}\n");
        gone.Member.Leave();
        Guest speaker = here.Join();
        string line = new string('x', 60_000) + "\n";
        for (int i = 0; Engine.States.Count < 4 || i < 1200; i++)
        {
            Assert.True(i < 5000, "no state is ever saved");
            Until(() => (speaker.Hear(), ann.Hear(), speaker.Member.WantsInput).WantsInput, () => "the sender is held back for ever");
            speaker.Say(line);
        }

        Settle(() => (speaker.Hear(), ann.Hear()).ToString());
        long lines = here.Room.Sequence;
        Venue late = await Node("b", large);
        Assert.Equal(lines, late.Room.Sequence);
        Guest again = Greet(late, $$"""{"client":"{{Bob}}","since":"{{first.GetProperty("epoch").GetString()}}:1"}""", out JsonElement hello);
        Assert.True(hello.GetProperty("resumed").GetBoolean());
        Assert.Equal("bob", hello.GetProperty("name").GetString());
        Assert.Equal(2, hello.GetProperty("gap").GetProperty("first").GetInt64());
        again.Say("""{"n":7,"text":"seven"}""" + "\n" + """{"n":8,"text":"eight"}""" + "\n" + """{"name":"ann"}""" + "\n");
        HearUntil(again, "{\"name\":\"ann-2\"}");
        Settle(() => (speaker.Hear(), ann.Hear(), again.Hear()).ToString());
        Assert.Equal(lines + 1, late.Room.Sequence);
        Assert.Equal(JsonSerializer.Serialize(here.Room.Capture(0)), JsonSerializer.Serialize(late.Room.Capture(0)));
    }

    [Fact]
    public async Task A_node_that_stops_takes_its_members_with_it()
    {
        (RoomBackplane backplane, Venue here) = await Start("a");
        Venue there = await Node("b");
        Greet(here, """{"name":"ann"}""");
        Guest bob = Greet(there, """{"name":"bob"}""");
        await backplane.DisposeAsync();
        HearUntil(bob, "\"name\":\"ann\",\"reason\":\"lost\"}\n");
    }

    [Fact]
    public async Task A_node_that_dies_without_a_word_is_gone_after_a_while_and_its_sessions_may_come_back()
    {
        var frozen = new FakeTimeProvider(Clock.GetUtcNow());
        Venue here = await Node("a", time: frozen);
        Venue there = await Node("b");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""");
        Guest bob = Greet(there, """{"name":"bob"}""");
        Pass(Nodes.Patience + (2 * Nodes.Beat));
        HearUntil(bob, "\"name\":\"ann\",\"reason\":\"lost\"}\n");
        Guest again = Greet(there, $$"""{"client":"{{Ann}}","name":"ann"}""", out JsonElement hello);
        Assert.Equal("ann", hello.GetProperty("name").GetString());
        Assert.True(hello.GetProperty("resumed").GetBoolean());
        HearUntil(bob, "\"name\":\"ann\"}\n");
        Until(() => ann.Member.IsEvicted, () => "the connection before is never evicted");
        again.Say("""{"n":1,"text":"one"}""" + "\n");
        HearUntil(bob, "\"text\":\"one\"}\n");
    }

    [Fact]
    public async Task A_node_that_was_only_cut_off_is_back_with_its_sessions_when_it_is_heard_of()
    {
        var frozen = new FakeTimeProvider(Clock.GetUtcNow());
        Venue here = await Node("a", time: frozen);
        Venue there = await Node("b");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}","name":"ann"}""");
        Guest bob = Greet(there, """{"name":"bob"}""");
        Pass(Nodes.Patience + (2 * Nodes.Beat));
        HearUntil(bob, "\"name\":\"ann\",\"reason\":\"lost\"}\n");
        ann.Say("""{"n":1,"text":"still here"}""" + "\n");
        string heard = HearUntil(bob, "\"text\":\"still here\"}\n");
        Assert.Contains("\"event\":\"join\"", heard);
        HearUntil(ann, "{\"ack\":1,\"seq\":1}");
        Assert.False(ann.Member.IsEvicted);
    }

    [Fact]
    public async Task Nobody_is_gone_because_the_log_was_away()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Greet(here, """{"name":"ann"}""");
        Guest bob = Greet(there, """{"name":"bob"}""");
        Settle();
        Engine.Pause();
        Pass(TimeSpan.FromHours(1));
        Engine.Resume();
        Pass(Nodes.Beat * 4);
        Settle();
        Assert.DoesNotContain("leave", bob.Hear());
    }

    [Fact]
    public async Task A_node_that_was_killed_and_started_again_under_its_name_has_lost_its_members()
    {
        var frozen = new FakeTimeProvider(Clock.GetUtcNow());
        Venue here = await Node("a", time: frozen);
        Venue there = await Node("b");
        Greet(here, """{"name":"ann"}""");
        Guest bob = Greet(there, """{"name":"bob"}""");
        await Node("a");
        HearUntil(bob, "\"name\":\"ann\",\"reason\":\"lost\"}\n");
    }

    [Fact]
    public async Task A_node_whose_name_another_one_takes_ends_and_says_so()
    {
        (RoomBackplane backplane, Venue here) = await Start("a");
        await Node("a");
        BackplaneException end = await Assert.ThrowsAsync<BackplaneException>(() => backplane.Completion.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("another server has begun as node a; each server of a room needs a name of its own", end.Message);
    }

    [Fact]
    public async Task A_server_with_other_settings_than_the_first_is_not_let_in_even_if_no_other_runs()
    {
        (RoomBackplane backplane, Venue here) = await Start("a");
        Guest speaker = here.Join();
        speaker.Say("a line\n");
        speaker.Member.EndOfInput();
        Until(speaker, Outbound.Finish);
        RoomOptions other = Options with { Framing = Framing.Nul };
        BackplaneException refusal = await Assert.ThrowsAsync<BackplaneException>(() => Node("b", other));
        Assert.Equal(
            "this room has begun with --framing line, --max-line 64, --presence sessions, and this server has --framing nul, --max-line 64, --presence sessions; "
            + "to change that, stop all its servers and begin the room anew",
            refusal.Message);
        await backplane.DisposeAsync();
        await Assert.ThrowsAsync<BackplaneException>(() => Node("c", other));
        await Node("d");
    }

    [Fact]
    public async Task Chunks_are_cut_where_every_node_can_take_them()
    {
        RoomOptions raw = Options with { Framing = Framing.Raw };
        Venue here = await Node("a", raw with { BufferBytes = 1 << 20 });
        Venue there = await Node("b", raw);
        Guest listener = there.Join();
        Guest speaker = here.Join();
        string chunk = new('x', 20_000);
        speaker.Say(chunk);
        string heard = "";
        Until(() => (heard += listener.Hear()).Length == chunk.Length, () => $"{heard.Length} bytes came");
    }

    [Fact]
    public async Task Members_that_leave_while_their_hello_is_under_way_are_not_counted_any_more()
    {
        Venue here = await Node("a");
        Guest bob = Greet(here, """{"name":"bob"}""");
        Engine.Pause();
        for (int i = 0; i < 3; i++)
        {
            Guest ann = here.Join();
            ann.Say("CHATCTL/1 {}\n");
            ann.Member.Leave();
        }

        Engine.Resume();
        Settle();
        bob.Say("""{"who":true}""" + "\n");
        Assert.Contains("\"plain\":0,", HearUntil(bob, "\"more\":false}\n"));
    }

    [Fact]
    public async Task A_log_that_has_lost_what_a_node_has_shown_ends_that_node_and_begins_a_new_epoch()
    {
        (RoomBackplane backplane, Venue here) = await Start("a");
        Venue there = await Node("b", time: new FakeTimeProvider(Clock.GetUtcNow()));
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        Settle();
        Guest slow = there.Join();
        ann.Say("""{"n":1,"text":"one"}""" + "\n");
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        ann.Say("""{"n":2,"text":"two"}""" + "\n");
        HearUntil(ann, "{\"ack\":2,\"seq\":2}\n");
        Settle();
        Engine.LoseLast(1);
        await Assert.ThrowsAsync<BackplaneException>(() => backplane.Completion.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Contains("lines 2 to 2 are lost", backplane.Completion.Exception!.InnerException!.Message);
        slow.Hear();
        Venue next = await Node("c");
        Guest again = Greet(next, $$"""{"client":"{{Ann}}","since":"{{hello.GetProperty("epoch").GetString()}}:2"}""", out JsonElement after);
        Assert.NotEqual(hello.GetProperty("epoch").GetString(), after.GetProperty("epoch").GetString());
        Assert.Equal(hello.GetProperty("epoch").GetString(), after.GetProperty("gap").GetProperty("epoch").GetString());
        again.Say("""{"n":2,"text":"two"}""" + "\n");
        HearUntil(again, "{\"ack\":2,\"seq\":2}\n");
    }

    [Fact]
    public async Task If_all_nodes_have_died_with_the_log_a_client_is_told_what_was_lost()
    {
        (RoomBackplane backplane, Venue here) = await Start("a");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        ann.Say("""{"n":1,"text":"one"}""" + "\n");
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        ann.Say("""{"n":2,"text":"two"}""" + "\n");
        HearUntil(ann, "{\"ack\":2,\"seq\":2}\n");
        Settle();
        await Die(backplane);
        Engine.LoseLast(1);
        Venue next = await Node("a");
        next.Join().Say("another\n");
        Until(() => next.Room.Sequence == 2, () => "the line is not ordered");
        string epoch = hello.GetProperty("epoch").GetString()!;
        Greet(next, $$"""{"client":"{{Ann}}","since":"{{epoch}}:2"}""", out JsonElement after);
        Assert.Equal(epoch, after.GetProperty("gap").GetProperty("epoch").GetString());
        Assert.Equal($$"""[{"epoch":"{{epoch}}","last":1}]""", after.GetProperty("epochs").GetRawText());
    }

    [Fact]
    public async Task If_all_nodes_have_died_and_nothing_was_lost_positions_stay_good()
    {
        (RoomBackplane backplane, Venue here) = await Start("a");
        Guest ann = Greet(here, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        ann.Say("""{"n":1,"text":"one"}""" + "\n");
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        Settle();
        await Die(backplane);
        Venue next = await Node("a");
        Greet(next, $$"""{"client":"{{Ann}}","since":"{{hello.GetProperty("epoch").GetString()}}:1"}""", out JsonElement after);
        Assert.False(after.TryGetProperty("gap", out _));
        Assert.Equal(2, after.GetProperty("next").GetInt64());
    }

    [Fact]
    public async Task A_room_whose_nodes_have_all_stopped_goes_on_in_its_epoch()
    {
        (RoomBackplane backplane, Venue here) = await Start("a");
        Greet(here, "{}", out JsonElement before);
        await backplane.DisposeAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        Greet(await Node("a"), "{}", out JsonElement after);
        Assert.Equal(before.GetProperty("epoch").GetString(), after.GetProperty("epoch").GetString());
    }

    /// <summary>A node ends without a word, and time passes.</summary>
    private async Task Die(RoomBackplane backplane)
    {
        Engine.Pause();
        Task dying = backplane.DisposeAsync().AsTask();
        while (await Task.WhenAny(dying, Task.Delay(5)) != dying)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Engine.Resume();
    }

    /// <summary>Time passes, beat by beat, so that every node that is alive is heard of.</summary>
    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += Nodes.Beat)
        {
            long before = Engine.Last;
            Clock.Advance(Nodes.Beat);
            if (time < TimeSpan.FromMinutes(1))
            {
                Until(() => Engine.Last > before, () => "nobody is heard of");
                Thread.Sleep(2);
            }
        }
    }
}
