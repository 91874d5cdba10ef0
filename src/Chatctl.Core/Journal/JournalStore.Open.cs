using Microsoft.Extensions.Logging;

namespace Chatctl.Core.Journal;

/// <summary>The start: it reads the last file, and begins a new one.</summary>
internal sealed partial class JournalStore
{
    private const string LockName = "lock";
    private const string TemporaryEnding = ".new";

    private JournalStore(
        JournalOptions options, Func<string> newEpoch, TimeProvider time, ILogger logger, IJournalDisk disk, IDisposable folderLock)
    {
        (_options, _time, _logger, _disk, _folderLock) = (options, time, logger, disk, folderLock);
        _fullBytes = Math.Clamp(options.KeepBytes / FilesKept, SmallestFile, LargestFile);
        _files = FindFiles();
        LastFile? last = new JournalRecovery(disk, logger).Read(_files);
        _sessions = last?.Sessions ?? new SessionTable(JournalRecovery.MostSessions);
        _last = last?.Commit ?? default;
        _lastSeq = _last.Seq;
        _lastTime = JournalLines.TimeText(last?.Time ?? default);
        bool goesOn = last is { IsBehindLoss: false } && (last.IsClosed || (disk.Boot.Length > 0 && last.Header.Boot == disk.Boot));
        _epoch = goesOn ? last!.Header.Epoch : newEpoch();
        _pastEpochs = last is null ? []
            : goesOn ? last.Header.Epochs
            : [.. last.Header.Epochs.Append((last.Header.Epoch, _lastSeq)).TakeLast(JournalHeader.MostEpochs)];
        if (last is { IsBehindLoss: false } && !goesOn)
        {
            JournalMessages.NewEpoch(logger, _lastSeq + 1);
        }

        SetSynced(last is { IsClosed: false } ? _last.Synced : _lastSeq);
        Recovered = new Recovered(_epoch, _pastEpochs, _last.Seq, _last.Id, last?.Time ?? default, [.. _sessions.All], _last.Gone);
        (_current, _handle) = (null!, null!);
        BeginFile();
        _oldest = GoneBefore(_files[0]);
    }

    /// <summary>Opens the journal in a folder, and begins a new file. The folder is made if it is not there.</summary>
    /// <param name="options">Where and how it is kept.</param>
    /// <param name="newEpoch">Makes the name of an epoch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="disk">The operations on files; null for those of this machine.</param>
    /// <exception cref="JournalException">It cannot be used. The message is one line.</exception>
    public static JournalStore Open(JournalOptions options, Func<string> newEpoch, TimeProvider time, ILogger logger, IJournalDisk? disk = null)
    {
        disk ??= new JournalDisk();
        IDisposable? folderLock = null;
        try
        {
            disk.CreateFolder(options.Folder);
            folderLock = disk.TryLock(Path.Combine(options.Folder, LockName))
                ?? throw new JournalException($"the journal in {options.Folder} is in use by another server");
            var store = new JournalStore(options, newEpoch, time, logger, disk, folderLock);
            folderLock = null;
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"the journal in {options.Folder} cannot be opened: {e.Message}", e);
        }
        finally
        {
            folderLock?.Dispose();
        }
    }

    private List<JournalFile> FindFiles()
    {
        var found = new List<(long First, long Length)>();
        foreach ((string name, long length) in _disk.List(_options.Folder).ToArray())
        {
            if (JournalFile.TryReadName(name, out long first))
            {
                found.Add((first, length));
            }
            else if (name.EndsWith(TemporaryEnding, StringComparison.Ordinal) && JournalFile.TryReadName(name[..^TemporaryEnding.Length], out _))
            {
                // A server has ended while it made the file.
                _disk.Delete(Path.Combine(_options.Folder, name));
            }
        }

        return [.. found.Order().Select((file, i) => new JournalFile(_disk, PathOf(file.First), i, file.First) { Length = file.Length })];
    }

    private void SetSynced(long seq)
    {
        _syncedSeq = seq;
        for (int i = 0; i < _files.Count; i++)
        {
            _files[i].IsSynced = (i + 1 < _files.Count ? _files[i + 1].First - 1 : _lastSeq) <= seq;
        }
    }

    private string PathOf(long first) => Path.Combine(_options.Folder, JournalFile.Name(first));
}
