using Chatctl.Backplane.Redis;

namespace Chatctl.Conformance.Tests.Backplanes;

[Collection("Chatctl.Conformance")]
public sealed class RedisSentinelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task When_a_replica_takes_over_the_nodes_follow_it_and_nothing_is_lost_that_it_has()
    {
        await using RedisServer primary = await RedisServer.StartAsync();
        await using RedisServer replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port}", "--repl-diskless-sync-delay", "0");
        await using RedisServer sentinel = await RedisServer.StartSentinelAsync("room", primary.Port);
        await UntilAsync(async () => await sentinel.CommandAsync("SENTINEL", "CKQUORUM", "room") is var answer && answer.StartsWith("OK", StringComparison.Ordinal));
        using var lines = new LogLines();
        string address = $"redis://127.0.0.1:{sentinel.Port}/main?serviceName=room";
        var factory = new RedisBackplaneFactory(lines, TimeProvider.System);
        await using IBackplane first = factory.Create(new BackplaneOptions { Address = address, Node = "a" });
        await using IBackplane second = factory.Create(new BackplaneOptions { Address = address, Node = "b" });
        await first.OpenAsync(CancellationToken.None).WaitAsync(Patience);
        await second.OpenAsync(CancellationToken.None).WaitAsync(Patience);
        Task<List<BackplaneEntry>> reading = ReadAsync(second, 100);
        await AppendAsync(first, 1, 50);

        // The replica has everything, and the sentinel knows it. Only then can it take over without a loss.
        await UntilAsync(async () => await replica.CommandAsync("XLEN", "chatctl:{main}:log") == "50");
        await UntilAsync(async () => (await sentinel.CommandAsync("SENTINEL", "REPLICAS", "room")).StartsWith('1'));
        await primary.KillAsync();
        await AppendAsync(first, 51, 100);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), (await reading.WaitAsync(Patience)).Select(entry => entry.Batch));
        Assert.Equal("100", await replica.CommandAsync("XLEN", "chatctl:{main}:log"));
        Assert.NotEmpty(lines.Of(601));
        Assert.NotEmpty(lines.Of(602));
    }

    private static async Task AppendAsync(IBackplane node, int from, int to)
    {
        for (int batch = from; batch <= to; batch++)
        {
            await node.AppendAsync(batch, new byte[] { (byte)batch }, CancellationToken.None).WaitAsync(Patience);
        }
    }

    private static async Task<List<BackplaneEntry>> ReadAsync(IBackplane node, int count)
    {
        var entries = new List<BackplaneEntry>();
        await foreach (BackplaneEntry entry in node.ReadAsync(0, CancellationToken.None))
        {
            entries.Add(entry);
            if (entries.Count == count)
            {
                break;
            }
        }

        return entries;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await IsSoAsync())
        {
            await Task.Delay(20, patience.Token);
        }

        async Task<bool> IsSoAsync()
        {
            try
            {
                return await isSo();
            }
            catch (IOException)
            {
                return false; // The server refuses the command for now.
            }
        }
    }
}
