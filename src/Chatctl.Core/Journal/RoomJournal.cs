using Chatctl.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Journal;

/// <summary>
/// A room's commit log on disk. What the room orders is written by one thread, a batch at a time: all that has come since the last one. With
/// <see cref="JournalOptions.SyncEvery"/> another thread makes it durable.
/// </summary>
/// <remarks>Dispose it after the room's servers, and then the room's journal is complete.</remarks>
public sealed class RoomJournal : ICommitLog, IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetainEvery = TimeSpan.FromMinutes(1);

    private readonly JournalStore _store;
    private readonly JournalOptions _options;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AutoResetEvent _bell = new(false);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CommitBatch _batch = new();
    private readonly Thread _writer;
    private readonly Syncer? _syncer;
    private Room? _room;
    private int _isRung;
    private int _hasFailed;
    private long _file = -1;
    private bool _isDisposed;

    private RoomJournal(JournalStore store, JournalOptions options, ILogger logger)
    {
        _store = store;
        _options = options;
        _logger = logger;
        _writer = new Thread(WriteAll) { Name = "journal", IsBackground = true };
        _syncer = options.SyncEvery is { } every ? new Syncer(store, every, Fail) : null;
    }

    /// <summary>Completes with an exception when the journal cannot go on: what it has written may not be durable. Then no receipt is given any more.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether it could not be written to its end. Known once it is disposed.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>What an earlier room has left behind.</summary>
    internal Recovered Recovered => _store.Recovered;

    /// <summary>Opens a folder, and reads what an earlier room has left behind.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="JournalException">The folder cannot be used. The message is a line for the user.</exception>
    public static RoomJournal Open(JournalOptions options, TimeProvider time, ILogger<RoomJournal> logger) => Open(options, time, logger, disk: null);

    /// <summary>The same, with the operations on files given.</summary>
    internal static RoomJournal Open(JournalOptions options, TimeProvider time, ILogger logger, IJournalDisk? disk) =>
        new(JournalStore.Open(options, SessionSide.NewEpoch, time, logger, disk), options, logger);

    /// <inheritdoc/>
    void ICommitLog.Wake()
    {
        if (Interlocked.Exchange(ref _isRung, 1) == 0)
        {
            _bell.Set();
        }
    }

    /// <summary>Stops when everything is written that can be.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _stopping.Cancel();
        if (_room is not null)
        {
            _bell.Set();
            _writer.Join();
            _syncer?.Dispose();
        }

        try
        {
            if (_room is not null && !_completion.Task.IsFaulted && !IsIncomplete)
            {
                _store.Close();
            }
        }
        catch (Exception e) when (e is IOException or JournalException)
        {
            IsIncomplete = true;
            CommitMessages.NotClosed(_logger, e.Message);
        }

        _store.Dispose();
        _bell.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Begins to write what a room orders.</summary>
    internal void Begin(Room room)
    {
        _room = room;
        room.BeginCommits(_store.End);
        _writer.Start();
        _syncer?.Begin(room);
    }

    /// <summary>The number of the last line that is gone and of anyone but this sender; 0 if there is none. From any thread.</summary>
    internal long LastGone(long own) => GoneUnits.LastExceptOf(_store.Oldest, own);

    /// <summary>Whether nothing that was said at a time or later is gone.</summary>
    internal bool HasAllSince(DateTimeOffset from) => from >= _store.OldestTime;

    /// <summary>Reads the journal behind a line. Does not block yet.</summary>
    internal JournalReader Read(long afterSeq) => _store.Read(afterSeq);

    /// <summary>Reads the journal from a time on. Does not block yet.</summary>
    internal JournalReader Read(DateTimeOffset from) => _store.Read(from);

    private void WriteAll()
    {
        bool isLast;
        do
        {
            _bell.WaitOne(RetainEvery);
            isLast = _stopping.IsCancellationRequested;
            Volatile.Write(ref _isRung, 0);
            Interlocked.MemoryBarrier();
            while (_room!.TakeUncommitted(_batch))
            {
                if (!TryWrite())
                {
                    return;
                }
            }

            _store.Retain();
        }
        while (!isLast);
    }

    /// <summary>Writes the batch, and tries again until it can be written.</summary>
    /// <returns>False if it cannot be.</returns>
    private bool TryWrite()
    {
        bool hasFailed = false;
        while (true)
        {
            try
            {
                JournalPlace place = _store.Append(new JournalBatch(_batch.Units, _batch.LastSeq, _batch.LastId, _batch.Sessions, _batch.Gone));
                if (hasFailed)
                {
                    CommitMessages.GoesOn(_logger);
                }

                _syncer?.Note(_batch.Ends);
                _room!.Commit(_batch, place, _store.End, isSettled: _syncer is null);
                if (place.File != _file)
                {
                    _file = place.File;
                    _store.Retain();
                }

                return true;
            }
            catch (IOException e)
            {
                if (!hasFailed)
                {
                    CommitMessages.NotWritten(_logger, _options.Folder, e.Message);
                }

                hasFailed = true;
                if (_stopping.Token.WaitHandle.WaitOne(TryAgain))
                {
                    IsIncomplete = true;
                    CommitMessages.NotClosed(_logger, e.Message);
                    return false;
                }
            }
            catch (JournalException e)
            {
                Fail(e);
                return false;
            }
        }
    }

    private void Fail(Exception e)
    {
        // Both threads may see it. It is told at once: the end of the server may take as long as members take.
        if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
        {
            CommitMessages.Failed(_logger, e.Message);
            _completion.SetException(e);
        }
    }
}
