using Chatctl.Core.Sessions;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>What a read has found.</summary>
internal enum JournalRead
{
    /// <summary>Units.</summary>
    Units,

    /// <summary>Nothing more now. Later there may be.</summary>
    End,

    /// <summary>Lines that cannot be had, because they are damaged or not kept any more. The next read goes on behind them.</summary>
    Lost,
}

/// <summary>Reads units from a journal, also while it is written, and checks all that it gives.</summary>
/// <remarks>It is for one thread at a time. A read can wait for the disk.</remarks>
internal sealed class JournalReader : IDisposable
{
    private readonly JournalStore _store;
    private readonly IJournalDisk _disk;
    private readonly BatchScanner _scanner;
    private JournalFile _file;
    private SafeFileHandle? _handle;
    private bool _isSearched;
    private bool _isDisposed;

    /// <summary>Begins to read at the start of a file. What comes before the first line to give is passed over.</summary>
    /// <param name="store">The journal.</param>
    /// <param name="disk">Reads the files.</param>
    /// <param name="file">The file.</param>
    /// <param name="handle">Its handle, which was taken for the reader; null if it cannot be opened.</param>
    /// <param name="nextSeq">The number of the first line to give.</param>
    public JournalReader(JournalStore store, IJournalDisk disk, JournalFile file, SafeFileHandle? handle, long nextSeq)
    {
        (_store, _disk, _file, _handle, NextSeq) = (store, disk, file, handle, nextSeq);
        _scanner = new BatchScanner(disk);
        _scanner.Seek(file.StateLength);
    }

    /// <summary>Where the next batch begins.</summary>
    public JournalPlace Place => _store.PlaceOf(_file, _scanner.Offset);

    /// <summary>The number of the next line that it gives, if that can be had.</summary>
    public long NextSeq { get; private set; }

    /// <summary>The number of the first line that cannot be had, after <see cref="JournalRead.Lost"/>.</summary>
    public long LostFirst { get; private set; }

    /// <summary>The number of the last line that cannot be had.</summary>
    public long LostLast { get; private set; }

    /// <summary>Goes near to the first line to give, without reading what lies before it.</summary>
    public void Search()
    {
        _store.Look(_file, out long end, out _);
        try
        {
            if (_handle is not null && NextSeq > _file.First)
            {
                _scanner.Seek(JournalSearch.BatchBefore(_disk, _handle, _file.StateLength, end, NextSeq - 1));
                _isSearched = true;
            }
        }
        catch (IOException)
        {
            // Then all of the file is read, as far as it can be.
        }
    }

    /// <summary>Reads the next units.</summary>
    /// <param name="units">Whole units, if the answer is <see cref="JournalRead.Units"/>: all of a batch, but for what was not asked for. Valid until the next call.</param>
    public JournalRead Read(out ReadOnlyMemory<byte> units)
    {
        units = default;
        while (true)
        {
            bool hasNext = _store.Look(_file, out long end, out long lastSeq);
            if (_scanner.Offset < end)
            {
                if (IsFound(end) && ReadBatch(out units) is { } read)
                {
                    return read;
                }
            }
            else if (!hasNext)
            {
                return IsLostUpTo(lastSeq) ? JournalRead.Lost : JournalRead.End;
            }
            else
            {
                _file = _store.GoOn(_file, ref _handle);
                _scanner.Seek(_file.StateLength);
                _isSearched = false;
                if (IsLostUpTo(_file.First - 1))
                {
                    return JournalRead.Lost;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _store.Return(_file, _handle);
        }
    }

    /// <summary>Finds the next batch that is intact. If there is none before the end, it goes there.</summary>
    private bool IsFound(long end)
    {
        try
        {
            while (_handle is not null && _scanner.Find(_handle, end))
            {
                if (_scanner.IsIntact)
                {
                    return true;
                }

                if (!IsMisled())
                {
                    _store.TellUnreadable(_file, _scanner.Offset, "it is damaged");
                    _scanner.Pass();
                }
            }

            if (_handle is not null && _scanner.Offset < end && !JournalLines.IsClosed(_scanner.Rest))
            {
                _store.TellUnreadable(_file, _scanner.Offset, "it is damaged");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _store.TellUnreadable(_file, _scanner.Offset, e.Message);
        }

        _scanner.Seek(end);
        return false;
    }

    /// <summary>Whether a damaged commit may have led the search past what is wanted. Then it goes back to the start of the file, once.</summary>
    private bool IsMisled()
    {
        if (!_isSearched)
        {
            return false;
        }

        _isSearched = false;
        _scanner.Seek(_file.StateLength);
        return true;
    }

    /// <summary>Takes what is wanted out of the batch that was found, and passes it; null if it has nothing for the reader.</summary>
    private JournalRead? ReadBatch(out ReadOnlyMemory<byte> units)
    {
        _scanner.Split(out units, out _);
        long last = _scanner.Commit.Seq;
        long first = FirstLine(units.Span) ?? last + 1;
        if (first > NextSeq && IsMisled())
        {
            return null;
        }

        if (IsLostUpTo(first - 1))
        {
            return JournalRead.Lost;
        }

        units = last < NextSeq - 1 ? default : units[BehindLine(units.Span, first, NextSeq - 1)..];
        NextSeq = Math.Max(NextSeq, last + 1);
        _isSearched = false;
        _scanner.Pass();
        return units.IsEmpty ? null : JournalRead.Units;
    }

    /// <summary>Whether lines up to a number are missing: they should have come, and something behind them comes.</summary>
    private bool IsLostUpTo(long seq)
    {
        if (seq < NextSeq)
        {
            return false;
        }

        (LostFirst, LostLast, NextSeq) = (NextSeq, seq, seq + 1);
        return true;
    }

    private static long? FirstLine(ReadOnlySpan<byte> units)
    {
        while (!units.IsEmpty)
        {
            if (SessionUnit.Seq(units) is > 0 and var seq)
            {
                return seq;
            }

            units = units[(units.IndexOf((byte)'\n') + 1)..];
        }

        return null;
    }

    /// <summary>Where the unit behind a line begins; 0 if all lines come behind it.</summary>
    private static int BehindLine(ReadOnlySpan<byte> units, long first, long seq)
    {
        int offset = 0;
        for (bool isBefore = first <= seq; isBefore && offset < units.Length;)
        {
            isBefore = SessionUnit.Seq(units[offset..]) != seq;
            offset += units[offset..].IndexOf((byte)'\n') + 1;
        }

        return offset;
    }
}
