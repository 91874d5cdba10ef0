using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Journal;

/// <summary>
/// Finds the batches of a file, one behind the other. A batch is what lies up to the next line that has the form of a commit. If a commit is damaged, its batch
/// and the next one are taken for one, which is not intact.
/// </summary>
/// <remarks>It is for one thread at a time. The memory that it gives is valid until a batch is passed, or sought.</remarks>
/// <param name="disk">Reads the files.</param>
internal sealed class BatchScanner(IJournalDisk disk)
{
    // A read of so many bytes costs little for each byte. There can be a scanner for each client that reads the past.
    private const int UsualBytes = 256 << 10;

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _searched;
    private int _length;
    private int _commitStart;

    /// <summary>The byte in the file at which the batch begins, or the next one if none is found yet.</summary>
    public long Offset { get; private set; }

    /// <summary>The commit of the batch that was found.</summary>
    public Commit Commit { get; private set; }

    /// <summary>The batch that was found, with its commit.</summary>
    public ReadOnlyMemory<byte> Batch => _bytes.AsMemory(_start, _length);

    /// <summary>Whether the batch that was found is as it was written.</summary>
    public bool IsIntact => JournalLines.IsIntact(Batch.Span);

    /// <summary>What has been read of the file from <see cref="Offset"/> on. It is all up to the end if no batch was found.</summary>
    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Goes to a place in a file, where a batch begins.</summary>
    public void Seek(long offset)
    {
        Offset = offset;
        (_start, _end, _searched, _length) = (0, 0, 0, 0);
    }

    /// <summary>Finds the batch at <see cref="Offset"/>.</summary>
    /// <param name="file">The file. Before it is another one, <see cref="Seek"/> is called.</param>
    /// <param name="end">How far the file may be read.</param>
    /// <returns>False if there is no commit before the end.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool Find(SafeFileHandle file, long end)
    {
        if (_length > 0)
        {
            return true;
        }

        do
        {
            if (FindCommit())
            {
                return true;
            }
        }
        while (Load(file, end));

        return false;
    }

    /// <summary>Goes on behind the batch that was found.</summary>
    public void Pass()
    {
        Offset += _length;
        _start += _length;
        (_searched, _length) = (0, 0);
        if (_bytes.Length > UsualBytes * 4 && _end - _start <= UsualBytes)
        {
            // A very large batch has come and gone.
            Move(new byte[UsualBytes]);
        }
    }

    /// <summary>Takes the batch that was found to pieces: the units, and the sessions behind them. The header of a file belongs to neither.</summary>
    public void Split(out ReadOnlyMemory<byte> units, out ReadOnlyMemory<byte> sessions)
    {
        ReadOnlySpan<byte> batch = _bytes.AsSpan(_start, _commitStart);
        int first = batch.StartsWith(JournalLines.HeaderStart) ? batch.IndexOf((byte)'\n') + 1 : 0;
        int behind = batch[first..].StartsWith(JournalLines.SessionStart) ? first
            : batch[first..].IndexOf(JournalLines.LineEndAndSession) is >= 0 and var at ? first + at + 1
            : batch.Length;
        units = _bytes.AsMemory(_start + first, behind - first);
        sessions = _bytes.AsMemory(_start + behind, batch.Length - behind);
    }

    private bool FindCommit()
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(_start, _end - _start);
        while (true)
        {
            int at = _searched == 0 && bytes.StartsWith(Commit.Start) ? 0
                : bytes[_searched..].IndexOf(Commit.LineEndAndStart) is >= 0 and var found ? _searched + found + 1
                : -1;
            if (at < 0)
            {
                // The last bytes may be the beginning of what is searched for.
                _searched = Math.Max(_searched, bytes.Length - Commit.LineEndAndStart.Length + 1);
                return false;
            }

            int length = bytes[at..].IndexOf((byte)'\n') + 1;
            if (length == 0 && bytes.Length - at < Commit.MostBytes)
            {
                // Its end has not been read yet.
                _searched = Math.Max(0, at - 1);
                return false;
            }

            if (Commit.TryRead(bytes.Slice(at, length), out Commit commit))
            {
                Commit = commit;
                _commitStart = at;
                _length = at + length;
                return true;
            }

            _searched = at + 1;
        }
    }

    private bool Load(SafeFileHandle file, long end)
    {
        long from = Offset + (_end - _start);
        if (from >= end)
        {
            return false;
        }

        if (_end == _bytes.Length)
        {
            bool isFull = _end - _start >= _bytes.Length / 2;
            Move(isFull ? new byte[Math.Clamp(_bytes.Length * 2L, UsualBytes, Array.MaxLength)] : _bytes);
        }

        int read = disk.Read(file, _bytes.AsSpan(_end, (int)Math.Min(_bytes.Length - _end, end - from)), from);
        _end += read;
        return read > 0;
    }

    private void Move(byte[] to)
    {
        Buffer.BlockCopy(_bytes, _start, to, 0, _end - _start);
        (_bytes, _start, _end) = (to, 0, _end - _start);
    }
}
