namespace Chatctl.Core.Backplane;

/// <summary>How many lines had been said behind each of the entries that were applied last.</summary>
internal sealed class SeenEntries
{
    // As many as a backplane compares.
    private const int Most = 1 << 16;

    private readonly long[] _seqs = new long[Most];
    private long _first;
    private long _last;

    /// <summary>The number of the entry that was applied last; 0 if none was. From any thread.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>An entry was applied.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="seq">The number of the last line.</param>
    public void Add(long number, long seq)
    {
        _first = _last == 0 ? number : Math.Max(_first, number - Most + 1);
        _seqs[number % Most] = seq;
        Volatile.Write(ref _last, number);
    }

    /// <summary>The number of the last line behind an entry; null if it is not known.</summary>
    public long? SeqAt(long number) => _last > 0 && number >= _first && number <= _last ? _seqs[number % Most] : null;
}
