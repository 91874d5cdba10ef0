using System.Text;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>States of the room, and what is deleted because of them.</content>
public abstract partial class BackplaneConformance
{
    [Fact]
    public async Task A_node_that_comes_later_begins_with_a_state_and_reads_all_that_comes_behind_it()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.JoinAsync(engine, "a");
        string[] said = Numbered("a", 200);
        for (int number = 1; number <= 200; number++)
        {
            await first.AppendAsync(said[number - 1]);
            if (number % 10 == 0)
            {
                await first.HearsAsync(number);
                await SaveAsync(first, number, $"state {number}");
            }
        }

        await using Node late = await Node.JoinAsync(engine, "b");
        Assert.NotNull(late.State);
        int begin = (int)late.State.Number;
        Assert.InRange(begin, 10, 190);
        Assert.Equal($"state {begin}", Encoding.UTF8.GetString(late.State.Bytes.Span));
        Assert.Equal(said[begin..], await late.HearsAsync(200 - begin));
        Assert.Equal(begin + 1, late.Heard[0].Number);
    }

    [Fact]
    public async Task One_state_deletes_nothing_that_a_node_may_still_have_to_read()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.JoinAsync(engine, "a"), behind = await Node.OpenAsync(engine, "b");
        await first.AppendAllAsync(Numbered("a", 20));
        await first.HearsAsync(20);
        await SaveAsync(first, 20, "state");
        behind.Listen(0);
        Assert.Equal(Numbered("a", 20), await behind.HearsAsync(20));
    }

    [Fact]
    public async Task Of_two_states_of_one_entry_the_first_one_stays()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.JoinAsync(engine, "a"), second = await Node.JoinAsync(engine, "b");
        for (int number = 1; number <= 100; number++)
        {
            await first.AppendAsync($"a {number}");
            await Task.WhenAll(first.HearsAsync(number), second.HearsAsync(number));
            await SaveAsync(first, number, "first");
            await SaveAsync(second, number, "second");
        }

        await using Node late = await Node.OpenAsync(engine, "c");
        Assert.Equal("first", Encoding.UTF8.GetString(late.State!.Bytes.Span));
    }

    [Fact]
    public async Task A_state_that_comes_too_late_is_no_harm()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await node.AppendAllAsync(Numbered("a", 100));
        await node.HearsAsync(100);
        for (int number = 10; number <= 100; number += 10)
        {
            await SaveAsync(node, number, $"state {number}");
        }

        await SaveAsync(node, 5, "state 5");
        await using Node late = await Node.JoinAsync(engine, "b");
        Assert.Equal($"state {late.State!.Number}", Encoding.UTF8.GetString(late.State.Bytes.Span));
        Assert.NotEqual(5, late.State.Number);
        Assert.Equal(Numbered("a", 100)[(int)late.State.Number..], await late.HearsAsync(100 - (int)late.State.Number));
    }

    [Fact]
    public async Task A_state_of_what_is_lost_is_not_kept()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await engine.MarkAsync();
        await node.AppendAllAsync(Numbered("a", 10));
        await node.HearsAsync(10);
        await engine.LoseSinceMarkAsync();
        await Assert.ThrowsAsync<BackplaneLossException>(() => SaveAsync(node, 10, "state"));
    }

    private static Task SaveAsync(Node node, long number, string text) =>
        node.Backplane.SaveAsync(new BackplaneState(number, Encoding.UTF8.GetBytes(text)), CancellationToken.None).Guard();
}
