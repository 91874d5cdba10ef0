using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>New files, old files, and what is on the disk for sure.</summary>
internal sealed partial class JournalStore
{
    private JournalFile? _stays;

    /// <summary>
    /// Returns when everything that was appended before the call is on the disk. One thread other than the writing one may call it at any time.
    /// </summary>
    /// <exception cref="IOException">A file cannot be opened. The same call can be made again.</exception>
    /// <exception cref="JournalException">
    /// The system could not do it. It may then have forgotten what it had not written, so nothing is written any more, and each later call fails too.
    /// </exception>
    public void Sync()
    {
        ThrowIfFailed();
        var taken = new List<(JournalFile File, SafeFileHandle Handle, bool IsComplete)>();
        long seq;
        try
        {
            lock (_gate)
            {
                seq = _lastSeq;
                foreach (JournalFile file in _files)
                {
                    if (!file.IsSynced)
                    {
                        taken.Add((file, file.Take(), file != _files[^1]));
                    }
                }
            }

            taken.ForEach(one => SyncOrFail(() => _disk.Sync(one.Handle)));
            lock (_gate)
            {
                Volatile.Write(ref _syncedSeq, Math.Max(_syncedSeq, seq));
                taken.ForEach(one => one.File.IsSynced |= one.IsComplete);
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            lock (_gate)
            {
                taken.ForEach(one => one.File.Return());
            }
        }
    }

    /// <summary>Deletes the oldest files while there is more than the options want to be kept. Only the writing thread calls it.</summary>
    /// <remarks>A file that cannot be deleted is told about once, and tried again with the next call.</remarks>
    public void Retain()
    {
        while (FindTooOld() is (var oldest, var next))
        {
            try
            {
                // Whoever stands in it has taken it, and reads it to its end.
                _disk.Delete(oldest.Path);
                JournalMessages.NotKept(_logger, oldest.Path, oldest.First, next.First - 1);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (_stays != oldest)
                {
                    _stays = oldest;
                    JournalMessages.FileStays(_logger, oldest.Path, e.Message);
                }

                lock (_gate)
                {
                    _files.Insert(0, oldest);
                    _oldest = GoneBefore(oldest);
                }

                return;
            }
        }
    }

    /// <summary>Takes the oldest file off the list if it is not to be kept.</summary>
    private (JournalFile Oldest, JournalFile Next)? FindTooOld()
    {
        lock (_gate)
        {
            if (_files.Count < 2)
            {
                return null;
            }

            (JournalFile oldest, JournalFile next) = (_files[0], _files[1]);
            if ((_files.Sum(file => file.Length) <= _options.KeepBytes || _files.Sum(file => file.BatchBytes()) <= _options.KeepBytes)
                && !(_options.KeepFor is { } keep && next.Header()?.Time is { } made && _time.GetUtcNow() - made > keep))
            {
                return null;
            }

            _files.RemoveAt(0);
            _oldest = GoneBefore(next);
            return (oldest, next);
        }
    }

    private static GoneValues GoneBefore(JournalFile file) => file.Header()?.Gone ?? new GoneValues(Cursor.NoSender, file.First - 1, file.First - 1);

    /// <summary>Begins a new file, with all that a start needs to know. It has its name when it is complete.</summary>
    /// <remarks>
    /// A file without a line has the name of its successor, and is replaced. If it has events, they are gone with it, but for who is reading them: events have no
    /// numbers and no receipts.
    /// </remarks>
    private void BeginFile()
    {
        bool isSafe = _options.SyncEvery is not null;
        if (_isTorn)
        {
            Cut();
        }

        if (isSafe)
        {
            Sync();
        }

        string path = PathOf(_last.Seq + 1);
        string temporary = path + TemporaryEnding;
        DateTimeOffset now = Now();
        SafeFileHandle handle = _disk.Create(temporary);
        long length = 0;
        try
        {
            var header = new JournalHeader(_epoch, _last.Seq + 1, _last.Id, now, _disk.Boot, _pastEpochs, _last.Gone);
            foreach (IReadOnlyList<ReadOnlyMemory<byte>> pieces in _output.State(header, _sessions.All, _last with { Synced = SyncedSeq }))
            {
                _disk.Write(handle, pieces, length);
                length += pieces.Sum(piece => (long)piece.Length);
            }

            if (isSafe)
            {
                SyncOrFail(() => _disk.Sync(handle));
            }

            _disk.Rename(temporary, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JournalException)
        {
            handle.Dispose();
            try
            {
                _disk.Delete(temporary);
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException)
            {
                // The next start deletes it, or the next file of this name is written over it.
            }

            throw;
        }

        _lastTime = JournalLines.TimeText(now);
        lock (_gate)
        {
            var file = new JournalFile(_disk, path, _files.Count == 0 ? 0 : _files[^1].Ordinal + 1, _last.Seq + 1) { Length = length, StateLength = length };
            file.Adopt(handle);
            _current?.Return();
            if (_files.Count > 0 && _files[^1].First == file.First)
            {
                _files.RemoveAt(_files.Count - 1);
            }

            _files.Add(file);
            (_current, _handle) = (file, handle);
        }

        if (isSafe)
        {
            SyncOrFail(() => _disk.SyncFolder(_options.Folder));
        }
    }

    private void SyncOrFail(Action sync)
    {
        try
        {
            sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failure ??= new JournalException(
                $"the journal in {_options.Folder} cannot be forced to the disk, so nothing is written to it any more: {e.Message}", e);
            ThrowIfFailed();
        }
    }
}
