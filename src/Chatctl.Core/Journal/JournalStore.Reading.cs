using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>What readers need of the files.</summary>
internal sealed partial class JournalStore
{
    /// <summary>Reads from the first unit behind a line, or from the oldest that is kept. Events behind the line come too. Any thread.</summary>
    /// <param name="afterSeq">The number of the line; 0 for all.</param>
    public JournalReader Read(long afterSeq)
    {
        JournalReader reader;
        lock (_gate)
        {
            int i = _files.Count - 1;
            while (i > 0 && _files[i].First > afterSeq)
            {
                i--;
            }

            reader = new JournalReader(this, _disk, _files[i], TryTake(_files[i]), Math.Max(afterSeq + 1, _files[0].First));
        }

        reader.Search();
        return reader;
    }

    /// <summary>Reads from the first line that was said at a time or later, or from the end if there is none. Any thread.</summary>
    /// <param name="from">The time; what is less than a millisecond of it does not count.</param>
    public JournalReader Read(DateTimeOffset from)
    {
        byte[] time = JournalLines.TimeText(from);
        DateTimeOffset rounded = JournalLines.ReadTime(time);
        JournalFile? file;
        lock (_gate)
        {
            // No line of an older file was said after a file was made.
            int i = _files.Count - 1;
            while (i > 0 && (_files[i].Header() is not { } header || header.Time >= rounded))
            {
                i--;
            }

            file = _files[i];
        }

        for (; file is not null; file = After(file))
        {
            if (FirstAt(file, time) is > 0 and var seq)
            {
                return Read(seq - 1);
            }
        }

        return Read(LastSeq);
    }

    /// <summary>What a reader of a file may read now, in one look.</summary>
    /// <param name="file">The file.</param>
    /// <param name="end">How many bytes of it count.</param>
    /// <param name="lastSeq">The number of the last line that is written.</param>
    /// <returns>Whether another file comes behind it.</returns>
    public bool Look(JournalFile file, out long end, out long lastSeq)
    {
        lock (_gate)
        {
            end = file.Length;
            lastSeq = _lastSeq;
            return file != _files[^1];
        }
    }

    /// <summary>Goes on to the file behind one.</summary>
    /// <param name="file">The file that was read.</param>
    /// <param name="handle">Its handle, which is given back; then that of the next file. Null if there was or is none.</param>
    /// <returns>The next file.</returns>
    public JournalFile GoOn(JournalFile file, ref SafeFileHandle? handle)
    {
        lock (_gate)
        {
            Return(file, handle);
            JournalFile next = FileBehind(file)!;
            handle = TryTake(next);
            return next;
        }
    }

    /// <summary>Gives a handle back.</summary>
    public void Return(JournalFile file, SafeFileHandle? handle)
    {
        if (handle is not null)
        {
            lock (_gate)
            {
                file.Return();
            }
        }
    }

    /// <summary>The place of what comes at an offset in a file: the end of a file that has a successor is the beginning of that one.</summary>
    public JournalPlace PlaceOf(JournalFile file, long offset)
    {
        lock (_gate)
        {
            return offset >= file.Length && FileBehind(file) is { } next
                ? new JournalPlace(next.Ordinal, next.StateLength)
                : new JournalPlace(file.Ordinal, offset);
        }
    }

    /// <summary>Tells once about each place that cannot be read.</summary>
    public void TellUnreadable(JournalFile file, long offset, string reason)
    {
        lock (_gate)
        {
            if (!_unreadable.Add((file.Ordinal, offset)))
            {
                return;
            }
        }

        JournalMessages.Unreadable(_logger, file.Path, offset, reason);
    }

    private SafeFileHandle? TryTake(JournalFile file)
    {
        try
        {
            return file.Take();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reader finds out which lines are missing when it goes on.
            if (_unreadable.Add((file.Ordinal, 0)))
            {
                JournalMessages.Unreadable(_logger, file.Path, 0, e.Message);
            }

            return null;
        }
    }

    private JournalFile? After(JournalFile file)
    {
        lock (_gate)
        {
            return FileBehind(file);
        }
    }

    private JournalFile? FileBehind(JournalFile file)
    {
        if (_files[^1].Ordinal <= file.Ordinal)
        {
            return null;
        }

        int low = 0;
        int high = _files.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _files[middle].Ordinal > file.Ordinal ? (low, middle) : (middle + 1, high);
        }

        return _files[low];
    }

    private long FirstAt(JournalFile file, byte[] time)
    {
        SafeFileHandle? handle;
        long end;
        lock (_gate)
        {
            (handle, end) = (TryTake(file), file.Length);
        }

        try
        {
            return handle is null ? file.First : JournalSearch.FirstAt(_disk, handle, file.StateLength, end, time);
        }
        catch (IOException)
        {
            // A reader is told later which lines are missing.
            return file.First;
        }
        finally
        {
            Return(file, handle);
        }
    }
}
