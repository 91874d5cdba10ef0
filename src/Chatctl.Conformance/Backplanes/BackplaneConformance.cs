using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <summary>
/// What every backplane must do, one fact for each rule. Derive a class that starts an engine, and run it with xunit. Each fact has an engine of its own, with several nodes.
/// </summary>
/// <remarks>Every wait ends after two minutes at most, and no fact depends on how long something takes. Classes derived from this one never run at the same time.</remarks>
[Collection("Chatctl.Conformance")]
public abstract partial class BackplaneConformance
{
    /// <summary>Starts an engine. Its log is empty.</summary>
    protected abstract Task<BackplaneEngine> StartEngineAsync();

    [Fact]
    public async Task All_nodes_read_all_batches_in_one_order_without_holes_that_keeps_each_nodes_order()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.JoinAsync(engine, "a"), second = await Node.JoinAsync(engine, "b"), third = await Node.JoinAsync(engine, "c");
        Node[] nodes = [first, second, third];
        await Task.WhenAll(nodes.Select(node => node.AppendAllAsync(Enumerable.Range(0, 100).Select(i => $"{node.Name} {i}"))));
        string[] order = await first.HearsAsync(300);
        Assert.Equal(order, await second.HearsAsync(300));
        Assert.Equal(order, await third.HearsAsync(300));
        Assert.All(nodes, node => Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{node.Name} {i}"), order.Where(text => text.StartsWith($"{node.Name} ", StringComparison.Ordinal))));

        BackplaneEntry[] entries = first.Heard;
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), entries.Select(entry => entry.Number));
        Assert.All(entries, entry => Assert.Equal($"{entry.Node} {entry.Batch - 1}", Node.Text(entry)));
        Assert.Equal(entries.Select(entry => entry.Time).Order(), entries.Select(entry => entry.Time));
        Assert.Equal(entries.Select(entry => entry.Time), second.Heard.Select(entry => entry.Time));
    }

    [Fact]
    public async Task A_node_that_comes_later_reads_everything()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.JoinAsync(engine, "a");
        string[] said = Numbered("a", 500);
        await first.AppendAllAsync(said);
        await using Node late = await Node.JoinAsync(engine, "b");
        Assert.Null(late.State);
        Assert.Equal(said, await late.HearsAsync(500));
        await first.AppendAsync("more");
        Assert.Equal("more", (await late.HearsAsync(501))[500]);
    }

    [Fact]
    public async Task A_node_can_begin_behind_any_entry()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.OpenAsync(engine, "a");
        await first.AppendAllAsync(Numbered("a", 10));
        await using Node second = await Node.OpenAsync(engine, "b");
        second.Listen(7);
        Assert.Equal(["a 7", "a 8", "a 9"], await second.HearsAsync(3));
        Assert.Equal(8, second.Heard[0].Number);
        await using Node third = await Node.OpenAsync(engine, "c");
        third.Listen(10);
        await first.AppendAsync("next");
        Assert.Equal(["next"], await third.HearsAsync(1));
    }

    [Fact]
    public async Task A_batch_that_is_appended_again_is_there_once()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await node.AppendAsync("one");
        await node.RepeatAsync("one");
        await node.HearsAsync(1);
        await node.RepeatAsync("one");
        await node.AppendAsync("two");
        await node.RepeatAsync("one", batchesAgo: 1);
        await node.AppendAsync("three");
        Assert.Equal(["one", "two", "three"], await node.HearsAsync(3));
        Assert.Equal([1, 2, 3], node.Heard.Select(entry => entry.Batch));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public async Task A_batch_of_any_size_and_of_any_bytes_comes_back_whole(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node node = await Node.JoinAsync(engine, "a");
        await node.Backplane.AppendAsync(1, bytes, CancellationToken.None).Guard();
        await node.HearsAsync(1);
        Assert.Equal(bytes, node.Heard[0].Bytes.ToArray());
    }

    [Fact]
    public async Task Much_that_waits_is_read_in_order()
    {
        await using BackplaneEngine engine = await StartEngineAsync();
        await using Node first = await Node.OpenAsync(engine, "a");
        byte[] bytes = new byte[1 << 20];
        for (int batch = 1; batch <= 40; batch++)
        {
            bytes[0] = (byte)batch;
            await first.Backplane.AppendAsync(batch, bytes, CancellationToken.None).Guard();
        }

        await using Node second = await Node.JoinAsync(engine, "b");
        await second.HearsAsync(40);
        Assert.Equal(Enumerable.Range(1, 40), second.Heard.Select(entry => (int)entry.Bytes.Span[0]));
    }

    private static string[] Numbered(string name, int count) => [.. Enumerable.Range(0, count).Select(i => $"{name} {i}")];
}
