using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>
/// The files of a room's journal: a folder of lines and events as sessions get them. What is appended is there after a restart, as a whole batch or not at all.
/// </summary>
/// <remarks>
/// One thread appends, retains and closes: the writing thread. Another may sync at the same time, and any may read. What readers see is guarded by one lock, which
/// is not held while bytes are written or synced. To dispose the store without <see cref="Close"/> is like a kill, but gives back the lock of the folder.
/// </remarks>
internal sealed partial class JournalStore : IDisposable
{
    private const int SmallestFile = 1 << 20;
    private const int LargestFile = 64 << 20;
    private const int FilesKept = 16;

    private readonly JournalOptions _options;
    private readonly IJournalDisk _disk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IDisposable _folderLock;
    private readonly long _fullBytes;

    // Of the writing thread.
    private readonly JournalOutput _output = new();
    private readonly SessionTable _sessions;
    private readonly string _epoch;
    private readonly IReadOnlyList<(string Epoch, long Last)> _pastEpochs;
    private byte[] _lastTime;
    private Commit _last;
    private JournalFile _current;
    private SafeFileHandle _handle;
    private bool _isTorn;

    // Under the lock.
    private readonly Lock _gate = new();
    private readonly List<JournalFile> _files;
    private readonly HashSet<(long File, long Offset)> _unreadable = [];
    private long _lastSeq;
    private long _syncedSeq;
    private GoneValues _oldest;
    private bool _isDisposed;

    // The first failure. It stays.
    private volatile JournalException? _failure;

    /// <summary>What the journal knew when it was opened.</summary>
    public Recovered Recovered { get; }

    /// <summary>The number of the last line that is written. Any thread.</summary>
    public long LastSeq => Volatile.Read(ref _lastSeq);

    /// <summary>The number of the last line that is known to be on the disk. Any thread.</summary>
    public long SyncedSeq => Volatile.Read(ref _syncedSeq);

    /// <summary>Where the next batch will begin, unless a new file is begun for it. Any thread.</summary>
    public JournalPlace End
    {
        get
        {
            lock (_gate)
            {
                return new JournalPlace(_files[^1].Ordinal, _files[^1].Length);
            }
        }
    }

    /// <summary>What is gone: all before the oldest file. Any thread.</summary>
    public GoneValues Oldest
    {
        get
        {
            lock (_gate)
            {
                return _oldest;
            }
        }
    }

    /// <summary>The number of the first line that is kept, or that the next line will have if none is. Any thread.</summary>
    public long OldestSeq
    {
        get
        {
            lock (_gate)
            {
                return _files[0].First;
            }
        }
    }

    /// <summary>Writes a batch. Only the writing thread calls it.</summary>
    /// <returns>Where its units begin.</returns>
    /// <exception cref="IOException">It is not written, and nothing has changed. The same call can be made again.</exception>
    /// <exception cref="JournalException">What was written before may not be on the disk, and never will be for sure. Nothing is written any more.</exception>
    public JournalPlace Append(in JournalBatch batch)
    {
        ThrowIfFailed();
        var commit = new Commit(batch.LastSeq, batch.LastId, batch.Gone.Owner, batch.Gone.LastOfOthers, SyncedSeq);
        long length;
        try
        {
            // A small file has at least as many bytes of batches as of state, or many sessions would be written again and again.
            if (_current.Length - _current.StateLength >= Math.Max(_fullBytes, _current.StateLength))
            {
                BeginFile();
            }

            length = _output.Batch(batch, commit);
            WriteOrCut(_output.Pieces);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }

        for (int i = 0; i < batch.Sessions.Count; i++)
        {
            _sessions.Set(batch.Sessions[i]);
        }

        SetTime(batch.Units);
        _last = commit;
        lock (_gate)
        {
            var place = new JournalPlace(_current.Ordinal, _current.Length);
            _current.Length += length;
            Volatile.Write(ref _lastSeq, commit.Seq);
            return place;
        }
    }

    /// <summary>Stops in order: the next start goes on with the same epoch, also after a restart of the machine. Only the writing thread calls it, as its last call.</summary>
    /// <exception cref="IOException">The end cannot be written.</exception>
    /// <exception cref="JournalException">What was written may not be on the disk.</exception>
    public void Close()
    {
        // First all that comes before it: a file that says that it is closed has no torn end.
        Sync();
        try
        {
            long length = _output.Closed(Now());
            WriteOrCut(_output.Pieces);
            lock (_gate)
            {
                _current.Length += length;
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }

        Sync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _current.Return();
                _folderLock.Dispose();
            }
        }
    }

    /// <summary>Writes at the end of the file. If it fails, what is torn is cut off: at once, or at the latest before something else is written.</summary>
    private void WriteOrCut(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        if (_isTorn)
        {
            Cut();
        }

        try
        {
            _isTorn = true;
            _disk.Write(_handle, pieces, _current.Length);
            _isTorn = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            try
            {
                Cut();
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException)
            {
                // It is tried again before the next write. If there is none, the next start does it.
            }

            throw;
        }
    }

    private void Cut()
    {
        _disk.Cut(_handle, _current.Length);
        _isTorn = false;
    }

    /// <summary>The clock's time, but never before a line that was said.</summary>
    private DateTimeOffset Now() => _time.GetUtcNow() is var now && JournalLines.ReadTime(_lastTime) is var last && now > last ? now : last;

    private void SetTime(IReadOnlyList<ReadOnlyMemory<byte>> units)
    {
        for (int i = units.Count - 1; i >= 0; i--)
        {
            if (!units[i].IsEmpty)
            {
                ReadOnlySpan<byte> time = JournalLines.LastTime(units[i].Span);
                if (time.SequenceCompareTo(_lastTime) > 0)
                {
                    time.CopyTo(_lastTime);
                }

                return;
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new JournalException(failure.Message, failure.InnerException);
        }
    }
}
