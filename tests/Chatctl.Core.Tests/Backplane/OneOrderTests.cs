using System.Text.Json;

namespace Chatctl.Core.Tests.Backplane;

/// <summary>Several nodes are one room: one order, and receipts that mean the same.</summary>
public sealed class OneOrderTests : RoomOnNodes
{
    [Fact]
    public async Task What_is_said_at_one_node_is_heard_at_all_others_and_not_by_its_sender()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest listener = here.Join();
        Guest stranger = there.Join();
        Guest speaker = here.Join();
        speaker.Say("one\ntwo\n");
        Assert.Equal("one\ntwo\n", HearUntil(listener, "two\n"));
        Assert.Equal("one\ntwo\n", HearUntil(stranger, "two\n"));
        Assert.Equal("", speaker.Hear());
    }

    [Fact]
    public async Task With_echo_a_sender_hears_its_own_lines_when_they_have_their_place()
    {
        Venue here = await Node("a", Options with { Echo = true });
        Guest speaker = here.Join();
        speaker.Say("one\n");
        HearUntil(speaker, "one\n");
    }

    [Fact]
    public async Task Nobody_hears_a_line_before_the_log_has_it()
    {
        Venue here = await Node("a");
        Guest plain = here.Join();
        Guest ann = Greet(here, "{}");
        Guest speaker = here.Join();
        Engine.Pause();
        speaker.Say("one\n");
        Thread.Sleep(20);
        Assert.Equal("", plain.Hear());
        Assert.Equal("", ann.Hear());
        Engine.Resume();
        HearUntil(plain, "one\n");
        HearUntil(ann, "\"text\":\"one\"}\n");
    }

    [Fact]
    public async Task A_receipt_waits_until_the_lines_have_come_back_from_the_log()
    {
        Venue here = await Node("a");
        Guest speaker = here.Join();
        Engine.Pause();
        speaker.Say("one\ntwo\n");
        speaker.Member.EndOfInput();
        Thread.Sleep(20);
        Assert.Equal(Outbound.Nothing, speaker.Next());
        Engine.Resume();
        Until(speaker, Outbound.Finish);
    }

    [Fact]
    public async Task An_ack_waits_until_the_line_has_come_back_from_the_log()
    {
        Venue here = await Node("a");
        Guest ann = Greet(here, $"{{\"client\":\"{Ann}\"}}");
        Engine.Pause();
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        Thread.Sleep(20);
        Assert.Equal("", ann.Hear());
        Engine.Resume();
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
    }

    [Fact]
    public async Task Senders_are_held_back_while_more_than_the_buffer_waits_for_the_log()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest listener = there.Join();
        Guest speaker = here.Join();
        Engine.Pause();
        int lines = 0;
        for (; speaker.Member.WantsInput; lines++)
        {
            Assert.True(lines < 100_000, "the sender is never held back");
            speaker.Say("a line\n");
        }

        Assert.True(lines * 7 > Options.BufferBytes / 8, $"the sender is held back after {lines} lines");
        Engine.Resume();
        string heard = "";
        Until(() => (heard += listener.Hear()).Length == lines * 7, () => $"{heard.Length} bytes came of {lines} lines");
        Until(() => speaker.Member.WantsInput, () => "the sender is held back for ever");
    }

    [Fact]
    public async Task A_node_applies_nothing_while_its_own_window_is_full_and_loses_nothing()
    {
        Venue here = await Node("a");
        Venue there = await Node("b");
        Guest slow = here.Join();
        Guest speaker = there.Join();
        string said = "";
        for (int i = 0; i < 4000; i++)
        {
            string line = $"line {i} of many\n";
            said += line;
            Until(() => (speaker.Hear(), speaker.Member.WantsInput).WantsInput, () => "the sender is held back for ever");
            speaker.Say(line);
            speaker.Hear();
        }

        string heard = "";
        Until(() => (heard += slow.Hear()).Length >= said.Length, () => $"{heard.Length} bytes came of {said.Length}");
        Assert.Equal(said, heard);
    }

    [Fact]
    public async Task All_readers_at_all_nodes_have_the_same_lines_and_events_in_the_same_order()
    {
        Venue[] nodes = [await Node("a"), await Node("b"), await Node("c")];
        Guest[] plain = [.. nodes.Select(node => node.Join())];
        Guest[] sessions = [.. nodes.Select(node => Greet(node, """{"since":"all"}"""))];
        var speakers = nodes.SelectMany((node, at) => new[] { node.Join(), Greet(node, $$"""{"name":"bob"}""") }).ToArray();
        var random = new Random(7);
        string[] heardPlain = ["", "", ""];
        string[] heardSessions = ["", "", ""];
        for (int i = 0; i < 600; i++)
        {
            int at = random.Next(speakers.Length);
            Until(() => speakers[at].Member.WantsInput, () => "a sender is held back for ever");
            speakers[at].Say(at % 2 == 0 ? $"plain {i}\n" : i % 20 == 0 ? $$"""{"name":"bob{{i % 3}}"}""" + "\n" : $$"""{"n":{{i + 1}},"text":"session {{i}}"}""" + "\n");
            Hear();
        }

        Settle(Hear);
        Hear();
        Assert.Equal(heardPlain[0], heardPlain[1]);
        Assert.Equal(heardPlain[0], heardPlain[2]);
        string[] orders = [.. heardSessions.Select(heard => string.Join('\n', heard.Split('\n').Where(line => line.Contains("bob", StringComparison.Ordinal) || line.StartsWith("{\"seq\"", StringComparison.Ordinal))))];
        Assert.Equal(orders[0], orders[1]);
        Assert.Equal(orders[0], orders[2]);
        long last = 0;
        foreach (string line in orders[0].Split('\n').Where(line => line.StartsWith("{\"seq\"", StringComparison.Ordinal)))
        {
            Assert.Equal(++last, JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64());
        }

        Assert.True(last > 500, $"only {last} lines were said");

        void Hear()
        {
            Array.ForEach(speakers, speaker => speaker.Hear());
            for (int i = 0; i < nodes.Length; i++)
            {
                heardPlain[i] += plain[i].Hear();
                heardSessions[i] += sessions[i].Hear();
            }
        }
    }
}
