using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Backplane;

/// <summary>
/// A node's side of the log that the nodes of a room share. It appends what the room proposes, one batch after the other, and has the room apply what it reads.
/// </summary>
/// <remarks>
/// Make it, make the room with it, and then call <see cref="StartAsync"/> before the room has members. Dispose it after the room's servers, and before the room.
/// </remarks>
public sealed class RoomBackplane : ICommitLog, IAsyncDisposable
{
    // A node that starts reads what comes behind a state. So there is one after so many bytes.
    private const long BytesBetweenStates = 16 << 20;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RenewPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(500);

    private readonly IBackplane _log;
    private readonly BackplaneOptions _options;
    private readonly Func<BackplaneOptions, IBackplane> _create;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _saidAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _proposed = NewBell();
    private readonly Channel<bool> _roomier = NewBell();
    private readonly Lock _applying = new();
    private readonly SeenEntries _seen = new();
    private readonly long _after;
    private Room? _room;
    private ITimer? _beat;
    private Task _work = Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private CancellationToken _giveUp;
    private int _isLost;
    private long _bytes;
    private volatile bool _isLeaving;
    private bool _isDisposed;

    private RoomBackplane(
        IBackplane log, BackplaneState? state, BackplaneOptions options, Func<BackplaneOptions, IBackplane> create, string name, TimeProvider time, ILogger logger)
    {
        (_log, _options, _create, _name, _time, _logger) = (log, options, create, name, time, logger);
        try
        {
            State = state is null ? new RoomState() : RoomState.Read(state.Bytes.Span);
        }
        catch (FormatException e)
        {
            throw new BackplaneException($"the state of the room behind entry {state!.Number} of the backplane cannot be understood: {e.Message}", e);
        }

        _after = state?.Number ?? 0;
        _bytes = State.Bytes;
    }

    /// <summary>Completes with an exception when the log cannot go on. Then no line is ordered any more.</summary>
    public Task Completion => _completion.Task;

    /// <summary>What names this node in the log.</summary>
    internal string Node => _options.Node;

    /// <summary>The number of the entry that was applied last; 0 if none was. From any thread.</summary>
    internal long Applied => _seen.Last;

    /// <summary>What the room begins with.</summary>
    internal RoomState State { get; }

    /// <summary>Connects to the log.</summary>
    /// <param name="create">Makes the log's node.</param>
    /// <param name="options">Where it is. The node is filled in.</param>
    /// <param name="name">What the operator calls this node. No other node that runs has the same name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for messages.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="BackplaneException">The log cannot be used.</exception>
    public static async Task<RoomBackplane> OpenAsync(
        Func<BackplaneOptions, IBackplane> create, BackplaneOptions options, string name, TimeProvider time, ILogger<RoomBackplane> logger, CancellationToken stop)
    {
        options = options with { Node = NewKey(name) };
        IBackplane log = create(options);
        try
        {
            return new RoomBackplane(log, await log.OpenAsync(stop).ConfigureAwait(false), options, create, name, time, logger);
        }
        catch
        {
            await log.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins to read and to append. Ends when the room is what it is at the other nodes, and they know of this one.</summary>
    /// <param name="room">The room.</param>
    /// <param name="stop">
    /// The server is to stop. It ends the wait. Later it ends the attempts to tell the other nodes that the log has lost something, for which
    /// <see cref="DisposeAsync"/> waits.
    /// </param>
    /// <exception cref="BackplaneException">The log cannot go on, or the other nodes do not let this one in.</exception>
    public async Task StartAsync(Room room, CancellationToken stop)
    {
        _room = room;
        _giveUp = stop;
        room.ProposeBegin(_name);
        _work = Task.WhenAll(Task.Run(() => EndWith(AppendAsync), CancellationToken.None), Task.Run(() => EndWith(ApplyAsync), CancellationToken.None));
        Wake();
        await Task.WhenAny(_begun.Task, _completion.Task).WaitAsync(stop).ConfigureAwait(false);
        await (_completion.Task.IsFaulted ? _completion.Task : _begun.Task).ConfigureAwait(false);
        _beat = _time.CreateTimer(
            _ =>
            {
                room.Tend();
                Wake();
            },
            null, Nodes.Beat, Nodes.Beat);
    }

    /// <summary>Tells the other nodes what is left to tell, if that takes no longer than a few seconds, and leaves the log.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;

        if (_beat is not null)
        {
            await _beat.DisposeAsync().ConfigureAwait(false);
        }

        if (_room is { HasBegun: true } room && !_completion.Task.IsFaulted)
        {
            room.ProposeStop();
            _isLeaving = true;
            if (room.HasSaidAll)
            {
                _saidAll.TrySetResult();
            }

            Wake();
            await Task.WhenAny(_completion.Task, _saidAll.Task, Task.Delay(StopPatience, _time, CancellationToken.None)).ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        await _saving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _log.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    void ICommitLog.Wake() => Wake();

    /// <summary>The room has something to propose, or room for more entries.</summary>
    private void Wake()
    {
        _proposed.Writer.TryWrite(true);
        _roomier.Writer.TryWrite(true);
    }

    /// <summary>Wakes one task. A ring that nobody waits for is kept, and several count as one.</summary>
    private static Channel<bool> NewBell() => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private static string NewKey(string name) => $"{name}-{Sessions.SessionSide.NewEpoch()}";

    private async Task AppendAsync()
    {
        for (long batch = 1; ; batch++)
        {
            ReadOnlyMemory<byte> bytes;
            while (!_room!.TryTakeProposals(out bytes))
            {
                await _proposed.Reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            }

            await _log.AppendAsync(batch, bytes, _stopping.Token).ConfigureAwait(false);
            _room.ConfirmProposals();
            if (_isLeaving && _room.HasSaidAll)
            {
                _saidAll.TrySetResult();
            }
        }
    }

    private async Task ApplyAsync()
    {
        CheckRefusal();
        await foreach (BackplaneEntry entry in _log.ReadAsync(_after, _stopping.Token).ConfigureAwait(false))
        {
            while (!_room!.TakesEntries)
            {
                await _roomier.Reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            }

            Apply(entry);
            CheckRefusal();
            if (_room.HasBegun)
            {
                _begun.TrySetResult();
            }

            Count(entry);
        }
    }

    private void CheckRefusal()
    {
        if (_room!.Refusal is { } refusal)
        {
            throw new BackplaneException(refusal);
        }
    }

    /// <summary>Applies an entry, unless the node is at its end: what was read before may not be what the log has.</summary>
    private void Apply(in BackplaneEntry entry)
    {
        lock (_applying)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            _room!.Apply(entry);
            _seen.Add(entry.Number, _room.Sequence);
        }
    }

    /// <summary>Saves the room's state now and then. The node does it whose entry makes the bytes enough. So it is done once.</summary>
    private void Count(in BackplaneEntry entry)
    {
        long before = _bytes / BytesBetweenStates;
        _bytes += entry.Bytes.Length;
        if (_bytes / BytesBetweenStates != before && entry.Node == Node && _saving.IsCompleted)
        {
            var state = new BackplaneState(entry.Number, _room!.Capture(_bytes).Write());
            _saving = EndWith(() => _log.SaveAsync(state, _stopping.Token));
        }
    }

    /// <summary>Does a part of the work. If it fails, the node is at its end.</summary>
    private async Task EndWith(Func<Task> part)
    {
        try
        {
            await part().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It was to end.
        }
        catch (Exception e)
        {
            // Nothing more is applied: what the log says from now on does not follow what this node has shown.
            await _stopping.CancelAsync().ConfigureAwait(false);
            if (e is BackplaneLossException loss && LastApplied() > loss.LastCommon)
            {
                await RenewAsync(loss).ConfigureAwait(false);
            }

            // Or the log has deleted what it has not read, and nothing that it has shown is lost.
            _completion.TrySetException(e);
        }
    }

    /// <summary>The number of the last entry that was applied, once none is being applied.</summary>
    private long LastApplied()
    {
        lock (_applying)
        {
            return _seen.Last;
        }
    }

    /// <summary>
    /// The log does not have what this node has shown to its members. Lines that are said from now on must not get numbers that members have got with other lines.
    /// </summary>
    private async Task RenewAsync(BackplaneLossException loss)
    {
        if (Interlocked.Exchange(ref _isLost, 1) == 1)
        {
            // Whoever appends and whoever reads may see it.
            return;
        }

        long kept = _seen.SeqAt(loss.LastCommon) ?? 0;
        long shown = _room!.Sequence;
        var end = new BackplaneException(kept == shown ? loss.Message : $"{loss.Message}; lines {kept + 1} to {shown} are lost to those who have not read them yet", loss);
        BackplaneMessages.Lost(_logger, end.Message);
        _completion.TrySetException(end);
        for (bool isFirst = true; !await TryRenewAsync(kept, isFirst).ConfigureAwait(false); isFirst = false)
        {
            // No other node may know. So it must not end before it is said, or only when it is told to stop.
            await Task.Delay(TryAgain, _time, _giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_giveUp.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> TryRenewAsync(long kept, bool isFirst)
    {
        try
        {
            using var patience = new CancellationTokenSource(RenewPatience, _time);
            IBackplane log = _create(_options with { Node = NewKey(_name) });
            await using (log.ConfigureAwait(false))
            {
                await log.OpenAsync(patience.Token).ConfigureAwait(false);
                await log.AppendAsync(1, _room!.Renewal(kept), patience.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception e) when (e is BackplaneException or OperationCanceledException)
        {
            if (isFirst)
            {
                BackplaneMessages.NotRenewed(_logger, e.Message);
            }

            return false;
        }
    }
}
