using System.Runtime.CompilerServices;

namespace Chatctl.Backplanes;

/// <summary>
/// The log of one room in memory, for tests. It gives out nodes, and does on demand what befalls a real engine: it is away for a while, it loses its newest entries,
/// and it deletes its oldest ones. Safe for use from any thread.
/// </summary>
/// <param name="time">The clock of the entries; null for that of the system.</param>
internal sealed class InMemoryEngine(TimeProvider? time = null)
{
    private const int StatesKept = 4;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly SortedDictionary<long, BackplaneState> _states = [];

    /// <summary>What was taken last from each node. Like the entries, it is lost in a crash; unlike them, it is not trimmed.</summary>
    private readonly Dictionary<string, Entry> _newest = [];

    private long _trimmed;
    private bool _isPaused;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>How many entries there have ever been, those included that were trimmed, but not those that were lost.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _trimmed + _entries.Count;
            }
        }
    }

    /// <summary>The numbers of the states that are kept, the oldest first.</summary>
    public IReadOnlyList<long> States
    {
        get
        {
            lock (_gate)
            {
                return [.. _states.Keys];
            }
        }
    }

    /// <summary>Makes a node. The caller opens and disposes it.</summary>
    /// <param name="name">What names it in the log; no other node may have had that name.</param>
    public IBackplane Node(string name) => new InMemoryNode(this, name);

    /// <summary>The engine is away: nothing is appended, read or saved, and a node cannot be opened, until <see cref="Resume"/>.</summary>
    public void Pause() => Change(() => _isPaused = true);

    /// <summary>The engine is back.</summary>
    public void Resume() => Change(() => _isPaused = false);

    /// <summary>The engine crashes, and has lost its newest entries, with the states behind them and what it knew of their nodes.</summary>
    /// <param name="count">How many.</param>
    public void LoseLast(int count) => Change(() =>
    {
        _entries.RemoveRange(_entries.Count - count, count);
        long last = _trimmed + _entries.Count;
        foreach (long number in _states.Keys.Where(number => number > last).ToList())
        {
            _states.Remove(number);
        }

        foreach (Entry lost in _newest.Values.Where(entry => entry.Number > last).ToList())
        {
            _newest.Remove(lost.Node);
            if (_entries.FindLast(entry => entry.Node == lost.Node) is { } earlier)
            {
                _newest[lost.Node] = earlier;
            }
        }
    });

    /// <summary>Deletes the oldest entries, whoever has not read them.</summary>
    /// <param name="count">How many.</param>
    public void TrimFirst(int count) => Change(() => Trim(_trimmed + count));

    internal BackplaneState? Open()
    {
        lock (_gate)
        {
            if (_isPaused)
            {
                throw new BackplaneException("the engine in memory is away");
            }

            return _trimmed == 0 ? null : _states.Values.FirstOrDefault(state => state.Number >= _trimmed)
                ?? throw new BackplaneException($"the log begins with entry {_trimmed + 1}, and no state is kept of what came before");
        }
    }

    /// <summary>Takes a batch unless it was taken before. Null while the engine is away.</summary>
    /// <exception cref="BackplaneLossException">The log ends before what the node knows to be there.</exception>
    internal Entry? TryAppend(string node, long batch, ReadOnlyMemory<byte> bytes, long there)
    {
        Entry? entry = null;
        ChangeUnlessAway(() =>
        {
            CheckEnd(there, Math.Min(there, _trimmed + _entries.Count));
            entry = _newest.GetValueOrDefault(node);
            if (entry is null || entry.Batch < batch)
            {
                DateTimeOffset now = _time.GetUtcNow();
                DateTimeOffset previous = _entries.Count == 0 ? now : _entries[^1].Time;
                entry = new Entry(_trimmed + _entries.Count + 1, now > previous ? now : previous, node, batch, bytes.ToArray());
                _entries.Add(entry);
                _newest[node] = entry;
            }
        });
        return entry;
    }

    /// <summary>Keeps a state, and trims. False while the engine is away.</summary>
    /// <exception cref="BackplaneLossException">The log ends before the state's entry.</exception>
    internal bool TrySave(BackplaneState state) => ChangeUnlessAway(() =>
    {
        CheckEnd(state.Number, _trimmed + _entries.Count);
        // With fewer states nothing is trimmed: a node that is a little behind must find what it has not read.
        if (_states.TryAdd(state.Number, state with { Bytes = state.Bytes.ToArray() }) && _states.Count >= StatesKept)
        {
            while (_states.Count > StatesKept)
            {
                _states.Remove(_states.Keys.First());
            }

            Trim(_states.Keys.First());
        }
    });

    /// <summary>Shows an entry to somebody who wants it: null if it is not there yet or the engine is away.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="known">All that the node has read: it must still be in the log.</param>
    /// <param name="there">The number of an entry that the node knows to be there.</param>
    /// <param name="changed">Ends when it is worth to ask again.</param>
    /// <exception cref="BackplaneLossException">The log does not go on behind what the node has read.</exception>
    internal Entry? TryRead(long number, IReadOnlyList<Entry> known, long there, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            if (_isPaused)
            {
                return null;
            }

            CheckKnown(Math.Max(number - 1, there), known);
            if (number <= _trimmed)
            {
                throw new BackplaneLossException($"the log begins with entry {_trimmed + 1}, and entry {number} is gone", number - 1);
            }

            return number > _trimmed + _entries.Count ? null : _entries[(int)(number - _trimmed - 1)];
        }
    }

    /// <summary>Ends when something has changed since now.</summary>
    internal Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    private void CheckKnown(long there, IReadOnlyList<Entry> known)
    {
        Entry? common = known.LastOrDefault(entry => entry.Number <= _trimmed || (entry.Number <= _trimmed + _entries.Count && ReferenceEquals(entry, _entries[(int)(entry.Number - _trimmed - 1)])));
        CheckEnd(there, common?.Number ?? 0);
        if (known.Count > 0 && common != known[^1])
        {
            throw new BackplaneLossException($"entry {known[^1].Number} is another one now", common?.Number ?? 0);
        }
    }

    private void CheckEnd(long there, long lastCommon)
    {
        if (_trimmed + _entries.Count is var last && there > last)
        {
            throw new BackplaneLossException($"the log ends with entry {last}, and entry {there} was there", lastCommon);
        }
    }

    private void Trim(long upTo)
    {
        int count = (int)Math.Max(0, Math.Min(upTo - _trimmed, _entries.Count));
        _entries.RemoveRange(0, count);
        _trimmed += count;
    }

    private bool ChangeUnlessAway(Action change)
    {
        lock (_gate)
        {
            if (_isPaused)
            {
                return false;
            }

            Change(change);
            return true;
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            // What throws has changed nothing.
            change();
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult(); // Whoever waits goes on in another thread.
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal sealed record Entry(long Number, DateTimeOffset Time, string Node, long Batch, byte[] Bytes);
}

/// <summary>One node of an <see cref="InMemoryEngine"/>.</summary>
internal sealed class InMemoryNode(InMemoryEngine engine, string name) : IBackplane
{
    /// <summary>What it has read, in order. Only the reading changes it.</summary>
    private readonly List<InMemoryEngine.Entry> _known = [];
    private readonly CancellationTokenSource _disposed = new();

    /// <summary>The last entry that it knows to be there, since it has read it or was told its number.</summary>
    private long _there;

    public Task<BackplaneState?> OpenAsync(CancellationToken stop) => Task.FromResult(engine.Open());

    public async IAsyncEnumerable<BackplaneEntry> ReadAsync(long after, [EnumeratorCancellation] CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, _disposed.Token);
        _known.RemoveAll(entry => entry.Number > after);
        for (long number = after + 1; ;)
        {
            ended.Token.ThrowIfCancellationRequested();
            if (engine.TryRead(number, _known, Volatile.Read(ref _there), out Task changed) is { } entry)
            {
                _known.Add(entry);
                Know(number++);
                // A copy, because the memory is the reader's.
                yield return new BackplaneEntry(entry.Number, entry.Time, entry.Node, entry.Batch, entry.Bytes.ToArray());
            }
            else
            {
                await changed.WaitAsync(ended.Token);
            }
        }
    }

    public async Task AppendAsync(long batch, ReadOnlyMemory<byte> bytes, CancellationToken stop) =>
        Know((await UntilThereAsync(() => engine.TryAppend(name, batch, bytes, Volatile.Read(ref _there)), stop)).Number);

    public Task SaveAsync(BackplaneState state, CancellationToken stop) => UntilThereAsync(() => engine.TrySave(state) ? state : null, stop);

    public ValueTask DisposeAsync()
    {
        // Not disposed: an enumeration that ends later still uses it, and it has neither a timer nor a handle.
        _disposed.Cancel();
        return ValueTask.CompletedTask;
    }

    private void Know(long number)
    {
        for (long known = Volatile.Read(ref _there); known < number; known = Volatile.Read(ref _there))
        {
            Interlocked.CompareExchange(ref _there, number, known);
        }
    }

    /// <summary>Tries again, whenever something has changed, for as long as the engine is away.</summary>
    private async Task<T> UntilThereAsync<T>(Func<T?> attempt, CancellationToken stop)
        where T : class
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, _disposed.Token);
        while (true)
        {
            ended.Token.ThrowIfCancellationRequested();
            Task changed = engine.Changed;
            if (attempt() is { } result)
            {
                return result;
            }

            await changed.WaitAsync(ended.Token);
        }
    }
}
