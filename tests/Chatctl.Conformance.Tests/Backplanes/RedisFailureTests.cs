using System.Net;
using System.Net.Sockets;
using Chatctl.Backplane.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Conformance.Tests.Backplanes;

/// <summary>What can be wrong with a redis-server, beside what the facts of every backplane do with it.</summary>
[Collection("Chatctl.Conformance")]
public sealed class RedisFailureTests
{
    private const string Log = "chatctl:{main}:log";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_loses_nothing_and_the_log_says_so_once()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        using var lines = new LogLines();
        await using IBackplane node = await OpenAsync(engine, loggers: lines);
        await AppendAsync(node, 1, 50);
        await engine.Server.KillAsync();
        Task appending = AppendAsync(node, 51, 100);
        await WaitAsync(() => lines.Of(601).Any());
        await engine.Server.RunAsync();
        await appending.WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), (await ReadAsync(node, 0, 100)).Select(entry => entry.Batch));
        await WaitAsync(() => lines.Of(602).Any());
        Assert.Single(lines.Of(602));
        Assert.Equal($"the backplane {engine.Address} is back", lines.Of(602).Single());
        Assert.Matches($"^the backplane {engine.Address} is away: [^.\n]+; senders are held back until it is back$", lines.Of(601).First());
    }

    [Fact]
    public async Task A_server_whose_data_somebody_has_flushed_has_lost_entries()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await using IBackplane node = await OpenAsync(engine);
        await AppendAsync(node, 1, 10);
        await ReadAsync(node, 0, 10);
        await engine.Server.CommandAsync("FLUSHALL");
        BackplaneLossException e = await Assert.ThrowsAsync<BackplaneLossException>(() => ReadAsync(node, 10, 1));
        Assert.Equal(0, e.LastCommon);
        Assert.Equal($"the backplane {engine.Address} has lost entries: its log ends with entry 0, and entry 10 was there", e.Message);
        await Assert.ThrowsAsync<BackplaneLossException>(() => AppendAsync(node, 11, 11));
    }

    [Fact]
    public async Task A_full_memory_holds_senders_back_until_there_is_room()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        using var lines = new LogLines();
        await using IBackplane node = await OpenAsync(engine, loggers: lines);
        await AppendAsync(node, 1, 1);
        await engine.Server.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await WaitsForAsync(engine, node, lines, "its memory is full", ["CONFIG", "SET", "maxmemory", "0"]);
    }

    [Fact]
    public async Task A_server_that_becomes_a_replica_holds_senders_back_until_it_takes_writes_again()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        using var lines = new LogLines();
        await using IBackplane node = await OpenAsync(engine, loggers: lines);
        await AppendAsync(node, 1, 1);
        await engine.Server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await WaitsForAsync(engine, node, lines, "it is a replica, which takes no writes", ["REPLICAOF", "NO", "ONE"]);
    }

    [Fact]
    public async Task A_server_without_enough_replicas_holds_senders_back_until_it_can()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync("--min-replicas-to-write", "0"));
        using var lines = new LogLines();
        await using IBackplane node = await OpenAsync(engine, loggers: lines);
        await AppendAsync(node, 1, 1);
        await engine.Server.CommandAsync("CONFIG", "SET", "min-replicas-to-write", "1");
        await WaitsForAsync(engine, node, lines, "too few of its replicas are there", ["CONFIG", "SET", "min-replicas-to-write", "0"]);
    }

    [Fact]
    public async Task A_user_who_loses_its_rights_waits_until_it_has_them_again()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        using var lines = new LogLines();
        await using IBackplane node = await OpenAsync(engine, loggers: lines);
        await AppendAsync(node, 1, 1);
        await engine.Server.CommandAsync("ACL", "SETUSER", "default", "-xadd");
        await WaitsForAsync(engine, node, lines, "the user may not do what is needed", ["ACL", "SETUSER", "default", "+xadd"]);
    }

    [Fact]
    public async Task A_node_whose_password_is_no_longer_right_waits_until_it_is()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync("--requirepass", "hunter2"));
        using var lines = new LogLines();
        await using IBackplane node = await OpenAsync(engine, "hunter2", lines);
        await AppendAsync(node, 1, 1);
        await engine.Server.CommandAsync(["AUTH", "hunter2"], ["CONFIG", "SET", "requirepass", "changed"], ["CLIENT", "KILL", "TYPE", "normal"]);
        Task appending = AppendAsync(node, 2, 2);
        await WaitAsync(() => lines.Of(601).Any(line => line.Contains("does not accept", StringComparison.Ordinal)));
        Assert.False(appending.IsCompleted);
        await engine.Server.CommandAsync(["AUTH", "changed"], ["CONFIG", "SET", "requirepass", "hunter2"]);
        await appending.WaitAsync(Patience);
        Assert.All(lines.All, line => Assert.DoesNotContain("hunter2", line.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("wrong", "it does not accept the user or the password")]
    [InlineData(null, "it does not accept the user or the password")]
    public async Task A_wrong_password_is_refused(string? password, string reason)
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync("--requirepass", "hunter2"));
        Assert.Equal($"the backplane {engine.Address} cannot be used: {reason}", await RefusalAsync(engine, password));
    }

    [Fact]
    public async Task A_password_that_nobody_asked_for_is_refused()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        Assert.Equal($"the backplane {engine.Address} cannot be used: it has no password, and one was given", await RefusalAsync(engine, "hunter2"));
    }

    [Fact]
    public async Task A_user_who_may_not_write_is_refused()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await engine.Server.CommandAsync("ACL", "SETUSER", "default", "-hsetnx");
        Assert.Equal($"the backplane {engine.Address} cannot be used: the user may not do what is needed", await RefusalAsync(engine));
    }

    [Fact]
    public async Task A_replica_is_refused()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await engine.Server.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        Assert.Equal($"the backplane {engine.Address} cannot be used: it is a replica, which takes no writes", await RefusalAsync(engine));
    }

    [Theory]
    [InlineData("SET", Log, "x")]
    [InlineData("SET", "chatctl:{main}:meta", "x")]
    [InlineData("SET", "chatctl:{main}:states", "x")]
    [InlineData("SET", "chatctl:{main}:nodes", "x")]
    public async Task A_key_that_holds_something_else_is_refused(params string[] command)
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await engine.Server.CommandAsync(command);
        Assert.Equal($"the backplane {engine.Address} cannot be used: one of the room's keys holds something that chatctl did not put there", await RefusalAsync(engine));
    }

    [Theory]
    [InlineData("XADD", Log, "1-0", "name", "value")]
    [InlineData("HSET", "chatctl:{main}:meta", "format", "2", "last", "7")]
    public async Task A_log_of_another_kind_is_refused(params string[] command)
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await engine.Server.CommandAsync(command);
        Assert.Equal(
            $"the backplane {engine.Address} cannot be used: what is in 'chatctl:{{main}}:meta' and '{Log}' is not the log of a room, or of another version", await RefusalAsync(engine));
    }

    [Theory]
    [InlineData("allkeys-lru", 1)]
    [InlineData("volatile-lru", 0)]
    [InlineData("noeviction", 0)]
    public async Task A_server_that_may_delete_the_log_is_warned_of(string policy, int warnings)
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync("--maxmemory-policy", policy));
        using var lines = new LogLines();
        await using IBackplane node = await OpenAsync(engine, loggers: lines);
        Assert.Equal(warnings, lines.Of(604).Count());
    }

    [Fact]
    public async Task No_key_of_a_room_expires_and_a_node_that_is_long_gone_is_forgotten()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await using IBackplane gone = await OpenAsync(engine), node = await OpenAsync(engine);
        await AppendAsync(gone, 1, 5);
        await AppendAsync(node, 1, 10);
        for (int number = 6; number <= 9; number++)
        {
            await SaveAsync(number);
        }

        Assert.Equal("2", await engine.Server.CommandAsync("HLEN", "chatctl:{main}:nodes"));
        const string AgeByMoreThanADay = "for i, v in ipairs(redis.call('HKEYS', KEYS[1])) do redis.call('HSET', KEYS[1], v, (redis.call('HGET', KEYS[1], v):gsub('%d+$', function(t) return string.format('%.0f', t - 90000000) end))) end";
        await engine.Server.CommandAsync("EVAL", AgeByMoreThanADay, "1", "chatctl:{main}:nodes");
        await AppendAsync(node, 11, 11);
        await SaveAsync(10);
        Assert.Equal("1", await engine.Server.CommandAsync("HLEN", "chatctl:{main}:nodes"));
        Assert.Equal("4", await engine.Server.CommandAsync("HLEN", "chatctl:{main}:states"));
        Assert.Equal("9", await engine.Server.CommandAsync("XLEN", Log));
        Assert.Equal("4", await engine.Server.CommandAsync("DBSIZE"));
        foreach (string key in (string[])["log", "meta", "nodes", "states"])
        {
            Assert.Equal("-1", await engine.Server.CommandAsync("TTL", $"chatctl:{{main}}:{key}"));
        }

        Task SaveAsync(int number) => node.SaveAsync(new BackplaneState(number, new byte[1]), CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_log_without_its_beginning_is_refused_if_no_state_replaces_that()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await using IBackplane node = await OpenAsync(engine);
        await AppendAsync(node, 1, 10);
        await engine.TrimFirstAsync(4);
        Assert.Equal($"the backplane {engine.Address} cannot be used: the entries up to 4 are gone, and no state is kept of what was in them; to begin anew, delete the keys chatctl:{{main}}:*", await RefusalAsync(engine));
    }

    [Fact]
    public async Task A_key_that_somebody_replaces_ends_the_node()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await using IBackplane node = await OpenAsync(engine);
        await AppendAsync(node, 1, 1);
        await engine.Server.CommandAsync("SET", Log, "x");
        BackplaneException e = await Assert.ThrowsAsync<BackplaneException>(() => AppendAsync(node, 2, 2));
        Assert.Equal($"the backplane {engine.Address} cannot go on: one of the room's keys holds something that chatctl did not put there", e.Message);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_the_reason()
    {
        await using var engine = new RedisEngine(await RedisServer.StartAsync());
        await engine.Server.KillAsync();
        Assert.Equal($"the backplane {engine.Address} cannot be used: Connection refused", await RefusalAsync(engine, "hunter2"));
    }

    [Fact]
    public async Task Something_else_that_answers_is_refused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var ended = new CancellationTokenSource();
        Task answering = AnswerAsync(listener, "HTTP/1.1 400 Bad Request\r\n\r\n", ended.Token);
        string address = $"redis://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/main";
        await using IBackplane node = new RedisBackplaneFactory(NullLoggerFactory.Instance, TimeProvider.System).Create(new BackplaneOptions { Address = address, Node = "a" });
        BackplaneException e = await Assert.ThrowsAsync<BackplaneException>(() => node.OpenAsync(CancellationToken.None).WaitAsync(Patience));
        Assert.Equal($"the backplane {address} cannot be used: what answers there does not speak the protocol of Redis", e.Message);
        await ended.CancelAsync();
        await answering.WaitAsync(Patience);
    }

    /// <summary>Shows that an append waits for a reason, which the log tells, and that it is there when the reason is gone.</summary>
    private static async Task WaitsForAsync(RedisEngine engine, IBackplane node, LogLines lines, string reason, string[] remedy)
    {
        Task appending = AppendAsync(node, 2, 2);
        await WaitAsync(() => appending.IsFaulted || lines.Of(601).Any(line => line.Contains(reason, StringComparison.Ordinal)));
        Assert.False(appending.IsCompleted, $"{appending.Exception}");
        await engine.Server.CommandAsync(remedy);
        await appending.WaitAsync(Patience);
        await WaitAsync(() => lines.Of(602).Any());
        Assert.Equal([1, 2], (await ReadAsync(node, 0, 2)).Select(entry => entry.Batch));
    }

    private static async Task<IBackplane> OpenAsync(RedisEngine engine, string? password = null, LogLines? loggers = null)
    {
        IBackplane node = engine.CreateNode($"a-{Guid.NewGuid():N}", password, loggers);
        await node.OpenAsync(CancellationToken.None).WaitAsync(Patience);
        return node;
    }

    private static async Task<string> RefusalAsync(RedisEngine engine, string? password = null)
    {
        await using IBackplane node = engine.CreateNode("b", password);
        return (await Assert.ThrowsAsync<BackplaneException>(() => node.OpenAsync(CancellationToken.None).WaitAsync(Patience))).Message;
    }

    private static async Task AppendAsync(IBackplane node, int from, int to)
    {
        for (int batch = from; batch <= to; batch++)
        {
            await node.AppendAsync(batch, new byte[] { (byte)batch }, CancellationToken.None).WaitAsync(Patience);
        }
    }

    private static async Task<List<BackplaneEntry>> ReadAsync(IBackplane node, long after, int count)
    {
        var entries = new List<BackplaneEntry>();
        using var patience = new CancellationTokenSource(Patience);
        await foreach (BackplaneEntry entry in node.ReadAsync(after, patience.Token))
        {
            entries.Add(entry);
            if (entries.Count == count)
            {
                break;
            }
        }

        return entries;
    }

    private static async Task WaitAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isSo())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static async Task AnswerAsync(TcpListener listener, string answer, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop);
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop);
                await client.GetStream().CopyToAsync(Stream.Null, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }
}
