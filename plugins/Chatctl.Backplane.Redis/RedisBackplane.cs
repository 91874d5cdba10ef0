using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Chatctl.Backplane.Redis;

/// <summary>
/// A node of a room whose log is a stream in Redis. It has two connections: a reading waits at the server, and a connection on which something waits carries nothing else.
/// </summary>
/// <remarks>
/// Redis may lose entries (a crash, a replica that takes over, a backup that is put back), and give their numbers to others. So each entry names the one before it, and
/// the node compares that with what it has read: with each entry, after each time that the connection was lost, and each second in which nothing comes.
/// </remarks>
internal sealed class RedisBackplane : IBackplane
{
    private const int StatesKept = 4;

    /// <summary>The first version that trims a stream by a number.</summary>
    private static readonly Version OldestServer = new(6, 2);


    private readonly RedisAddress _address;
    private readonly string _node;
    private readonly ILogger _logger;
    private readonly RedisKeys _keys;
    private readonly RedisLink _reader;
    private readonly RedisLink _writer;

    // States are long, and no batch must wait for one. It connects when there is the first one.
    private readonly RedisLink _saver;
    private readonly LogReader _reading;
    private readonly CancellationTokenSource _disposed = new();

    public RedisBackplane(RedisAddress address, string node, ILogger logger, TimeProvider time)
    {
        (_address, _node, _logger) = (address, node, logger);
        _keys = new RedisKeys(address.Room);
        var outage = new Outage(address.Text, logger, time);
        _reader = new RedisLink(address, outage, time);
        _writer = new RedisLink(address, outage, time);
        _saver = new RedisLink(address, outage, time);
        _reading = new LogReader(address, node, _keys);
    }

    /// <inheritdoc/>
    public async Task<BackplaneState?> OpenAsync(CancellationToken stop)
    {
        try
        {
            IDatabase writer = (await Task.WhenAll(_writer.ConnectAsync(stop), _reader.ConnectAsync(stop)))[0];
            Version version = _writer.ServerVersion;
            if (version < OldestServer)
            {
                throw new BackplaneException($"the backplane {_address.Text} cannot be used: it is Redis {version}, and chatctl needs {OldestServer} or later");
            }

            await WarnOfEvictionAsync(writer).WaitAsync(stop);
            return Begin(version, (RedisResult[])(await RedisScript.Open.RunAsync(writer, [_keys.Log, _keys.Meta, _keys.Nodes, _keys.States], _node).WaitAsync(stop))!);
        }
        catch (Exception e) when (Failure.Of(e) is { } failure)
        {
            throw new BackplaneException($"the backplane {_address.Text} cannot be used: {failure.Reason}", e);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackplaneEntry> ReadAsync(long after, [EnumeratorCancellation] CancellationToken stop)
    {
        using CancellationTokenSource ended = Linked(stop);
        _reading.Begin(after);
        while (true)
        {
            foreach (BackplaneEntry entry in await _reading.NextAsync(_reader, ended.Token))
            {
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public async Task AppendAsync(long batch, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        using CancellationTokenSource ended = Linked(stop);
        long there = _reading.There;
        long number = await _writer.CallAsync(
            async database => (long)await RedisScript.Append.RunAsync(database, [_keys.Log, _keys.Meta, _keys.Nodes], _node, batch, bytes, there), ended.Token);
        if (number < 0)
        {
            throw await _reading.LossAsync(_writer, $"it no longer has all that this node appended before its batch {batch}", ended.Token);
        }

        _reading.Expect(number, batch);
    }

    /// <inheritdoc/>
    public async Task SaveAsync(BackplaneState state, CancellationToken stop)
    {
        using CancellationTokenSource ended = Linked(stop);
        string stamp = _reading.StampAt(state.Number);
        long result = await _saver.CallAsync(
            async database => (long)await RedisScript.Save.RunAsync(database, [_keys.Log, _keys.Meta, _keys.States, _keys.Nodes], state.Number, state.Bytes, stamp, StatesKept), ended.Token);
        if (result < 0)
        {
            throw await _reading.LossAsync(_saver, $"it no longer has entry {state.Number}", ended.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Not disposed: a call that ends later still uses it, and it has neither a timer nor a handle.
        await _disposed.CancelAsync();
        await _reader.DisposeAsync();
        await _writer.DisposeAsync();
        await _saver.DisposeAsync();
    }

    private CancellationTokenSource Linked(CancellationToken stop) => CancellationTokenSource.CreateLinkedTokenSource(stop, _disposed.Token);

    /// <summary>A server that deletes keys at will loses the log one day. It is only a warning, since nothing is lost yet.</summary>
    private async Task WarnOfEvictionAsync(IDatabase database)
    {
        const string Name = "maxmemory_policy:allkeys-";
        try
        {
            string info = (string)(await database.ExecuteAsync("INFO", ["memory"], CommandFlags.DemandMaster))!;
            if (Array.Find(info.Split('\n', StringSplitOptions.TrimEntries), line => line.StartsWith(Name, StringComparison.Ordinal)) is { } policy)
            {
                RedisMessages.Evicts(_logger, _address.Text, policy[(policy.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            }
        }
        catch (RedisServerException e) when (e.Kind == RedisErrorKind.NoPermission)
        {
            // The user need not be allowed to ask.
        }
    }

    private BackplaneState? Begin(Version version, RedisResult[] found)
    {
        (string format, long last, long first, long state) = ((string)found[0]!, (long)found[1], (long)found[2], (long)found[3]);
        if (format != LogView.Format && (format.Length > 0 || first > 0 || last > 0))
        {
            throw new BackplaneException($"the backplane {_address.Text} cannot be used: what is in '{_keys.Meta}' and '{_keys.Log}' is not the log of a room, or of another version");
        }

        RedisMessages.Opened(_logger, _address.Text, version, last);
        long complete = (first > 0 ? first : last + 1) - 1;
        return complete == 0 ? null
            : state > 0 ? new BackplaneState(state, (byte[])found[4]!)
            : throw new BackplaneException($"the backplane {_address.Text} cannot be used: the entries up to {complete} are gone, and no state is kept of what was in them; to begin anew, delete the keys chatctl:{{{_address.Room}}}:*");
    }
}
