using System.Globalization;
using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>
/// The reading of the log, and what the node knows of it by that. One thread at a time reads. What is known may be asked from any thread.
/// </summary>
/// <param name="address">The address for messages.</param>
/// <param name="node">The node's own name.</param>
/// <param name="keys">The room's keys.</param>
internal sealed class LogReader(RedisAddress address, string node, RedisKeys keys)
{
    private const int WaitMilliseconds = 1000;
    private const int PageBytes = 4 << 20;
    private const int FewestEntries = 4;
    private const int MostEntries = 1024;

    private readonly Trail _trail = new();
    private readonly Lock _gate = new();

    /// <summary>The connection over which the log was compared with what was read. Each new one may lead to another log.</summary>
    private IDatabase? _compared;
    private int _count = MostEntries / 16;
    private long _ownBatch;

    /// <summary>The last entry of this node that the server has confirmed, and its batch.</summary>
    private (long Number, long Batch) _expected;

    /// <summary>The number of an entry that is known to be in the log; 0 if none is.</summary>
    public long There => Math.Max(_trail.Position, Expected.Number);

    private (long Number, long Batch) Expected
    {
        get
        {
            lock (_gate)
            {
                return _expected;
            }
        }
    }

    /// <summary>The server has confirmed a batch. The reading must come across it.</summary>
    public void Expect(long number, long batch)
    {
        lock (_gate)
        {
            _expected = number > _expected.Number ? (number, batch) : _expected;
        }
    }

    /// <summary>The stamp of an entry that was read; empty if it is not known.</summary>
    public string StampAt(long number) => _trail.At(number)?.ToString() ?? "";

    /// <summary>The reading begins.</summary>
    /// <param name="after">Behind which entry.</param>
    public void Begin(long after)
    {
        _trail.Begin(after);
        _compared = null;
        _ownBatch = after < Expected.Number ? 0 : Expected.Batch;
    }

    /// <summary>Reads what comes next. It waits a second for it, or longer while the server is away.</summary>
    /// <returns>The next entries; none if nothing has come.</returns>
    /// <exception cref="BackplaneLossException">The log does not go on behind what was read.</exception>
    public async Task<List<BackplaneEntry>> NextAsync(RedisLink link, CancellationToken stop)
    {
        // Before the call: what is appended meanwhile may not be in its answer.
        long there = There;
        (IDatabase database, RedisResult[]? found, LogView? view) = await link.CallAsync(FetchAsync, stop);
        if (view is not null)
        {
            if (view.Fault(_trail.Position, there, _trail.At(_trail.Position)) is { } fault)
            {
                throw await LossAsync(link, fault, stop);
            }

            _compared = database;
        }

        var entries = new List<BackplaneEntry>(found?.Length ?? 0);
        foreach (RedisResult item in found ?? [])
        {
            (BackplaneEntry entry, string behind) = Parse(item);
            if (Fault(entry, behind) is { } fault)
            {
                // What came before it is right. The next call meets the fault again.
                return entries.Count > 0 ? entries : throw await LossAsync(link, fault, stop);
            }

            _trail.Add(new Stamp(entry.Node, entry.Batch));
            _ownBatch = entry.Node == node ? entry.Batch : _ownBatch;
            entries.Add(entry);
        }

        if (entries.Count > 0)
        {
            long average = Math.Max(1, entries.Sum(entry => (long)entry.Bytes.Length) / entries.Count);
            _count = (int)Math.Clamp(PageBytes / average, FewestEntries, MostEntries);
        }

        return entries;
    }

    /// <summary>Finds out how far the log is still what this node has read.</summary>
    /// <param name="link">A connection that nobody else uses now.</param>
    /// <param name="fault">What is wrong, in words.</param>
    /// <param name="stop">Ends the attempt.</param>
    public async Task<BackplaneLossException> LossAsync(RedisLink link, string fault, CancellationToken stop)
    {
        LogView view = await LookAsync(_trail.Position);
        // Up to some entry all are the same, and behind it none is.
        (long same, long other) = (Math.Max(_trail.Oldest, view.First) - 1, Math.Min(_trail.Position, view.Last) + 1);
        // Of what is deleted, nobody knows. But if the log goes on behind it, it was the same.
        long common = (view.First == 0 || view.First > _trail.Position) && view.Last >= _trail.Position ? _trail.Position : 0;
        while (other - same > 1)
        {
            long middle = same + ((other - same) / 2);
            if ((await LookAsync(middle)).Stamp == StampAt(middle))
            {
                common = same = middle;
            }
            else
            {
                other = middle;
            }
        }

        return new BackplaneLossException($"the backplane {address.Text} has lost entries: {fault}", common);

        Task<LogView> LookAsync(long number) => link.CallAsync(database => LogView.LookAsync(database, keys, number), stop);
    }

    /// <summary>Over a new connection, compares first. Then waits for entries, and compares if there are none.</summary>
    private async Task<(IDatabase, RedisResult[]?, LogView?)> FetchAsync(IDatabase database)
    {
        long position = _trail.Position;
        if (!ReferenceEquals(database, _compared))
        {
            return (database, null, await LogView.LookAsync(database, keys, position));
        }

        // If this fails, the page may have been too long for the network. So the next attempt asks for less.
        int count = _count;
        _count = Math.Max(FewestEntries, count / 2);
        RedisResult reply = await database.ExecuteAsync(
            "XREAD", ["COUNT", count, "BLOCK", WaitMilliseconds, "STREAMS", keys.Log, $"{position}-0"], CommandFlags.DemandMaster);
        return reply.IsNull
            ? (database, null, await LogView.LookAsync(database, keys, position))
            : (database, (RedisResult[])reply[0][1]!, null);
    }

    private string? Fault(BackplaneEntry entry, string behind)
    {
        long position = _trail.Position;
        (long expectedNumber, long expectedBatch) = Expected;
        return entry.Number != position + 1 ? $"entry {entry.Number} comes behind entry {position}"
            : _trail.At(position) is { } last && behind != last.ToString() ? $"entry {position} is another one now"
            : entry.Node == node && _ownBatch > 0 && entry.Batch != _ownBatch + 1 ? $"batch {entry.Batch} of this node comes behind batch {_ownBatch}"
            : entry.Number >= expectedNumber && Math.Max(_ownBatch, entry.Node == node ? entry.Batch : 0) < expectedBatch ? $"batch {expectedBatch} of this node is gone"
            : null;
    }

    private (BackplaneEntry Entry, string Behind) Parse(RedisResult item)
    {
        string id = (string)item[0]!;
        var fields = (RedisResult[])item[1]!;
        if (fields.Length != 10 || (string?)fields[0] != "bytes" || !id.EndsWith("-0", StringComparison.Ordinal))
        {
            throw new BackplaneException($"the backplane {address.Text} cannot go on: entry {id} of '{keys.Log}' was not put there by chatctl");
        }

        var entry = new BackplaneEntry(
            long.Parse(id.AsSpan(0, id.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeMilliseconds((long)fields[7]),
            (string)fields[3]!,
            (long)fields[5],
            (byte[])fields[1]!);
        return (entry, (string)fields[9]!);
    }
}
