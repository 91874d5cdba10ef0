using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>An engine that is away, or whose connections are cut, costs nothing but time.</content>
public abstract partial class BackplaneConformance
{
    [Fact]
    public async Task While_the_engine_is_away_nothing_is_lost_and_afterwards_all_goes_on()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.JoinAsync(engine, "a"), second = await Node.JoinAsync(engine, "b");
        await first.AppendAsync("before");
        await second.HearsAsync(1);
        await engine.PauseAsync();
        Task appending = first.AppendAsync("meanwhile");
        Task saving = second.Backplane.SaveAsync(new BackplaneState(1, new byte[10]), CancellationToken.None);
        await Task.Delay(Watchdog.Moment);
        Assert.False(appending.IsCompleted);
        Assert.False(saving.IsCompleted);
        await engine.ResumeAsync();
        await appending;
        await saving.Guard();
        await second.AppendAsync("after");
        Assert.Equal(["before", "meanwhile", "after"], await first.HearsAsync(3));
        Assert.Equal(["before", "meanwhile", "after"], await second.HearsAsync(3));
    }

    [Fact]
    public async Task Batches_whose_connection_is_cut_are_there_once_and_in_order()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.JoinAsync(engine, "a"), second = await Node.JoinAsync(engine, "b");
        var appending = Task.WhenAll(first.AppendAllAsync(Numbered("a", 300)), second.AppendAllAsync(Numbered("b", 300)));
        for (int cuts = 0; cuts < 10 || !appending.IsCompleted; cuts++)
        {
            await engine.CutAsync();
            // Longer and longer, so that the end comes on a slow machine too.
            await Task.Delay(cuts * 5);
        }

        await appending;
        string[] order = await first.HearsAsync(600);
        Assert.Equal(order, await second.HearsAsync(600));
        Assert.Equal(Numbered("a", 300), order.Where(text => text.StartsWith('a')));
        Assert.Equal(Numbered("b", 300), order.Where(text => text.StartsWith('b')));
    }

    [Fact]
    public async Task A_node_cannot_be_opened_while_the_engine_is_away()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await engine.PauseAsync();
        await using IBackplane node = engine.CreateNode("a");
        BackplaneException refusal = await Assert.ThrowsAsync<BackplaneException>(() => node.OpenAsync(CancellationToken.None).Guard());
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.False(refusal.Message.EndsWith('.'));
        await engine.ResumeAsync();
    }

    [Fact]
    public async Task A_node_that_is_disposed_ends_what_waits_in_it()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        Node node = await Node.JoinAsync(engine, "a");
        await node.AppendAsync("one");
        await node.HearsAsync(1);
        await engine.PauseAsync();
        Task appending = node.Backplane.AppendAsync(2, new byte[10], CancellationToken.None);
        Task saving = node.Backplane.SaveAsync(new BackplaneState(1, new byte[10]), CancellationToken.None);
        await node.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appending.Guard());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving.Guard());
        await engine.ResumeAsync();
    }

    [Fact]
    public async Task What_waits_can_be_stopped_and_the_node_goes_on_afterwards()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await node.AppendAsync("one");
        await node.HearsAsync(1);
        await node.StopAsync();
        await engine.PauseAsync();
        using (var stop = new CancellationTokenSource())
        {
            Task appending = node.Backplane.AppendAsync(2, new byte[10], stop.Token);
            await Task.Delay(Watchdog.Moment);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appending.Guard());
        }

        await engine.ResumeAsync();
        await node.Backplane.AppendAsync(2, new byte[10], CancellationToken.None).Guard();
        await using Node other = await Node.JoinAsync(engine, "b");
        await other.HearsAsync(2);
        Assert.Equal([1, 2], other.Heard.Select(entry => entry.Batch));
    }
}
