using System.Numerics;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Sessions;

/// <summary>
/// What a session is sent of the past that is not in memory any more: it is read from the journal, at the pace of the session. So it does not fill
/// the window. A thread of the pool reads. It reads the next piece when the session has been sent the last one.
/// </summary>
/// <remarks>
/// <see cref="TryTake"/>, <see cref="Place"/> and <see cref="Read"/> are for the outbound side, while nothing is being read. <see cref="Dispose"/> is for any thread.
/// </remarks>
internal sealed class Replay : IThreadPoolWorkItem, IDisposable
{
    // A larger piece saves next to nothing.
    private const int Enough = 128 << 10;

    private readonly Lock _gate = new();
    private readonly Past _past;
    private readonly Action _wake;
    private readonly SessionEncoder _news = new();
    private byte[] _units = [];
    private int _length;
    private JournalPlace _until;
    private ReadOnlyMemory<byte> _piece;
    private JournalReader? _reader;
    private bool _isReading;
    private bool _isDisposed;

    /// <summary>Begins to read.</summary>
    /// <param name="past">What is read.</param>
    /// <param name="wake">Wakes the servers when a piece is there.</param>
    public Replay(Past past, Action wake)
    {
        _past = past;
        _wake = wake;
        Read(default);
    }

    /// <summary>The units that were left out, because they are the session's own. While nothing is being read.</summary>
    public Tally Own { get; private set; }

    /// <summary>How many lines could not be had. While nothing is being read.</summary>
    public long Lost { get; private set; }

    /// <summary>What is read. Its values are known once <see cref="IsReading"/> has been false, unless there is a failure.</summary>
    public Past Past => _past;

    /// <summary>Where it goes on in the journal. While nothing is being read.</summary>
    public JournalPlace Place => _reader!.Place;

    /// <summary>Why the journal could not be read; null if it could. While nothing is being read.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether it is reading: a wake comes.</summary>
    public bool IsReading
    {
        get
        {
            lock (_gate)
            {
                return _isReading;
            }
        }
    }

    /// <summary>Takes the piece that has been read.</summary>
    /// <param name="bytes">Whole units. Valid until the next <see cref="Read"/>.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTake(out ReadOnlyMemory<byte> bytes)
    {
        (bytes, _piece) = (_piece, default);
        return !bytes.IsEmpty;
    }

    /// <summary>Begins to read the next piece.</summary>
    /// <param name="until">A place in the journal at which the piece has to end, if it gets there.</param>
    public void Read(JournalPlace until)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _until = until;
                _isReading = true;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _piece = NextPiece(_reader ??= _past.Open());
        }
        catch (Exception e) when (e is IOException or JournalException or UnauthorizedAccessException)
        {
            // The outbound side tells the client.
            Failure = e;
        }

        bool isDisposed;
        lock (_gate)
        {
            _isReading = false;
            isDisposed = _isDisposed;
        }

        if (isDisposed)
        {
            _reader?.Dispose();
        }

        _wake();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bool isReading;
        lock (_gate)
        {
            isReading = _isReading || _isDisposed;
            _isDisposed = true;
        }

        if (!isReading)
        {
            _reader?.Dispose();
        }
    }

    /// <summary>Reads batches up to the place where it has to stop, or until it has enough.</summary>
    private ReadOnlyMemory<byte> NextPiece(JournalReader reader)
    {
        _length = 0;
        while (_length < Enough && (_length == 0 || reader.Place != _until))
        {
            switch (reader.Read(out ReadOnlyMemory<byte> units))
            {
                case JournalRead.End:
                    return _units.AsMemory(0, _length);
                case JournalRead.Lost:
                    Lost += reader.LostLast - reader.LostFirst + 1;
                    _news.Clear();
                    _news.Skipped(reader.LostFirst, reader.LostLast);
                    Add(_news.Written.Span);
                    break;
                default:
                    AddOthers(units.Span);
                    break;
            }
        }

        return _units.AsMemory(0, _length);
    }

    /// <summary>Adds units without those that are the session's own. Mostly there are none.</summary>
    private void AddOthers(ReadOnlySpan<byte> units)
    {
        int start = 0;
        for (int at = 0; at < units.Length && _past.Own != Cursor.NoSender;)
        {
            ReadOnlySpan<byte> unit = units.Slice(at, units[at..].IndexOf((byte)'\n') + 1);
            if (SessionUnit.Id(unit) == _past.Own)
            {
                Own += new Tally(SessionUnit.Seq(unit) > 0 ? 1 : 0, unit.Length);
                Add(units[start..at]);
                start = at + unit.Length;
            }

            at += unit.Length;
        }

        Add(units[start..]);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (_units.Length < _length + bytes.Length)
        {
            Array.Resize(ref _units, (int)BitOperations.RoundUpToPowerOf2((uint)(_length + bytes.Length)));
        }

        bytes.CopyTo(_units.AsSpan(_length));
        _length += bytes.Length;
    }
}
