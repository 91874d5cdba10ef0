using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>What the engine has lost or deleted is told, with the place from which on it is missing.</content>
public abstract partial class BackplaneConformance
{
    [Fact]
    public async Task A_node_that_has_read_what_is_lost_is_told_the_last_entry_that_is_still_there()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await node.AppendAllAsync(Numbered("a", 10));
        await node.HearsAsync(10);
        await engine.MarkAsync();
        await node.AppendAllAsync(Numbered("b", 5));
        await node.HearsAsync(15);
        await engine.LoseSinceMarkAsync();
        Assert.Equal(10, (await node.MissesAsync()).LastCommon);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task A_loss_is_told_too_if_other_entries_have_the_numbers_of_the_lost_ones(int others)
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await node.AppendAllAsync(Numbered("a", 10));
        await engine.MarkAsync();
        await node.AppendAllAsync(Numbered("a", 5));
        await node.HearsAsync(15);
        await engine.LoseSinceMarkAsync();
        await using Node other = await Node.JoinAsync(engine, "b");
        await other.AppendAllAsync(Numbered("b", others));
        Assert.Equal(10, (await node.MissesAsync()).LastCommon);
        Assert.Equal(Numbered("b", others), (await other.HearsAsync(10 + others))[10..]);
    }

    [Fact]
    public async Task A_loss_of_everything_has_no_last_common_entry()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await engine.MarkAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await node.AppendAllAsync(Numbered("a", 10));
        await node.HearsAsync(10);
        await engine.LoseSinceMarkAsync();
        Assert.Equal(0, (await node.MissesAsync()).LastCommon);
    }

    [Fact]
    public async Task A_node_that_has_not_read_what_is_lost_goes_on()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node behind = await Node.JoinAsync(engine, "a"), ahead = await Node.OpenAsync(engine, "b");
        await ahead.AppendAllAsync(Numbered("b", 10));
        await behind.HearsAsync(10);
        await behind.StopAsync();
        await engine.MarkAsync();
        await ahead.AppendAllAsync(Numbered("b", 5));
        await engine.LoseSinceMarkAsync();
        await using Node next = await Node.OpenAsync(engine, "c");
        await next.AppendAsync("new");
        behind.Listen(10);
        Assert.Equal("new", (await behind.HearsAsync(11))[10]);
        Assert.Equal(11, behind.Heard[10].Number);
    }

    [Fact]
    public async Task A_node_whose_own_batches_are_lost_is_told_even_before_it_has_read_them()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.OpenAsync(engine, "a");
        await node.AppendAllAsync(Numbered("a", 10));
        await engine.MarkAsync();
        await node.AppendAllAsync(Numbered("a", 5));
        await engine.LoseSinceMarkAsync();
        await Assert.ThrowsAsync<BackplaneLossException>(() => node.AppendAsync("next"));
        node.Listen(0);
        await node.MissesAsync();
    }

    [Fact]
    public async Task Nothing_is_appended_to_a_log_that_has_lost_what_the_node_has_read()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a"), speaker = await Node.OpenAsync(engine, "b");
        await engine.MarkAsync();
        await speaker.AppendAllAsync(Numbered("b", 3));
        await node.HearsAsync(3);
        await engine.LoseSinceMarkAsync();
        await Assert.ThrowsAsync<BackplaneLossException>(() => node.AppendAsync("next"));
        await Assert.ThrowsAsync<BackplaneLossException>(() => speaker.AppendAsync("next"));
        await using Node other = await Node.JoinAsync(engine, "c");
        await other.AppendAsync("first");
        Assert.Equal(["first"], await other.HearsAsync(1));
    }

    [Fact]
    public async Task A_node_that_has_not_read_what_is_deleted_is_told()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node behind = await Node.JoinAsync(engine, "a"), beside = await Node.OpenAsync(engine, "b"), ahead = await Node.OpenAsync(engine, "c");
        await ahead.AppendAllAsync(Numbered("c", 10));
        await behind.HearsAsync(10);
        await behind.StopAsync();
        await ahead.AppendAllAsync(Numbered("c", 10));
        await engine.TrimFirstAsync(15);
        behind.Listen(10);
        beside.Listen(15);
        Assert.Equal(10, (await behind.MissesAsync()).LastCommon);
        Assert.Equal(Numbered("c", 10)[5..], await beside.HearsAsync(5));
    }
}
