namespace Chatctl.Connect.Sessions;

/// <summary>
/// Lines in the form of the wire, in the order in which they are sent. They leave it at its beginning, once they were handed over and are
/// settled: acknowledged, refused, or a request.
/// </summary>
/// <remarks>
/// Not thread-safe. While bytes of <see cref="Unsent"/> are being sent, everything may be called except <see cref="Compact"/> and
/// <see cref="Rewind"/>: only they move bytes.
/// </remarks>
internal sealed class LineQueue
{
    // What is kept goes from _start to _end. What was handed over ends at _sent.
    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _sent;
    private int _end;

    // The lines that are kept are those from _first up to _last. Those up to _handed were handed over whole; they end at _handedEnd.
    private Entry[] _entries = new Entry[64];
    private int _first;
    private int _handed;
    private int _last;
    private int _handedEnd;

    // The lines up to this one count as acknowledged. They are owed no more, even before they leave.
    private int _firstOwed;

    /// <summary>What is to be handed over next.</summary>
    public ReadOnlySpan<byte> Unsent => _bytes.AsSpan(_sent.._end);

    /// <summary>How many bytes are kept.</summary>
    public int Kept => _end - _start;

    /// <summary>Whether nothing is kept.</summary>
    public bool IsEmpty => _first == _last;

    /// <summary>How many lines are neither acknowledged nor refused.</summary>
    public long Owed { get; private set; }

    /// <summary>How many of those were handed over whole to a connection that is lost.</summary>
    public int Doubtful
    {
        get
        {
            int count = 0;
            for (int i = _firstOwed; i < _last; i++)
            {
                count += _entries[i] is { IsSettled: false, WasHanded: true } ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>Whether the last byte handed over is not the end of a line.</summary>
    public bool IsCut => _sent > _handedEnd;

    /// <summary>The number of the line of which only the beginning was handed over; 0 if there is none.</summary>
    public long CutLine => IsCut ? _entries[_handed].N : 0;

    /// <summary>Makes space for a line after the last one.</summary>
    /// <param name="length">The most bytes that it can have.</param>
    public Span<byte> Reserve(int length)
    {
        if (_bytes.Length - _end < length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _end + length));
        }

        return _bytes.AsSpan(_end);
    }

    /// <summary>Accepts the line that was put into <see cref="Reserve"/>.</summary>
    /// <param name="n">Its number; for a request, the number of the line before it.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="isRequest">Whether it is a request, which is sent once and owed nothing.</param>
    public void Add(long n, int length, bool isRequest)
    {
        if (_last == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _entries.Length);
        }

        _entries[_last++] = new Entry { N = n, Length = length, IsSettled = isRequest };
        _end += length;
        Owed += isRequest ? 0 : 1;
    }

    /// <summary>Notes that bytes were handed over.</summary>
    public void Advance(int count)
    {
        _sent += count;
        while (_handed < _last && _handedEnd + _entries[_handed].Length <= _sent)
        {
            _handedEnd += _entries[_handed++].Length;
        }

        Free();
    }

    /// <summary>All lines up to this one are acknowledged.</summary>
    public void Acknowledge(long n)
    {
        while (_firstOwed < _last && _entries[_firstOwed].N <= n)
        {
            Settle(_firstOwed++);
        }

        Free();
    }

    /// <summary>This line is refused.</summary>
    public void Refuse(long n)
    {
        for (int i = _firstOwed; i < _last && _entries[i].N <= n; i++)
        {
            if (_entries[i].N == n)
            {
                Settle(i);
            }
        }

        Free();
    }

    /// <summary>Moves what is kept to the beginning of the memory, if that is worth it.</summary>
    public void Compact()
    {
        if (_start > _bytes.Length / 2 || _start == _end)
        {
            _bytes.AsSpan(_start.._end).CopyTo(_bytes);
            (_sent, _handedEnd, _end, _start) = (_sent - _start, _handedEnd - _start, _end - _start, 0);
        }

        if (_first > _entries.Length / 2 || _first == _last)
        {
            Array.Copy(_entries, _first, _entries, 0, _last - _first);
            (_handed, _firstOwed, _last, _first) = (_handed - _first, _firstOwed - _first, _last - _first, 0);
        }
    }

    /// <summary>Goes back to the first line that is not settled. Settled lines leave, wherever they are.</summary>
    public void Rewind()
    {
        (int kept, int end, int from) = (0, 0, _start);
        for (int i = _first; i < _last; i++)
        {
            Entry entry = _entries[i];
            if (!entry.IsSettled)
            {
                entry.WasHanded |= i < _handed;
                _bytes.AsSpan(from, entry.Length).CopyTo(_bytes.AsSpan(end));
                _entries[kept++] = entry;
                end += entry.Length;
            }

            from += entry.Length;
        }

        (_start, _sent, _handedEnd, _end) = (0, 0, 0, end);
        (_first, _handed, _firstOwed, _last) = (0, 0, 0, kept);
    }

    private void Settle(int index)
    {
        if (!_entries[index].IsSettled)
        {
            _entries[index].IsSettled = true;
            Owed--;
        }
    }

    /// <summary>Lets the first lines leave that are settled and were handed over.</summary>
    private void Free()
    {
        while (_first < _handed && _entries[_first].IsSettled)
        {
            _start += _entries[_first++].Length;
        }

        _firstOwed = Math.Max(_firstOwed, _first);
    }

    private struct Entry
    {
        public long N;
        public int Length;
        public bool IsSettled;
        public bool WasHanded;
    }
}
