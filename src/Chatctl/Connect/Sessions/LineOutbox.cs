using System.Text;

namespace Chatctl.Connect.Sessions;

/// <summary>
/// Splits the input into lines, numbers them from 1, and keeps each in its form on the wire until the server has acknowledged or refused it. So
/// another connection gets all that the last one did not confirm, with the old numbers, in the old order.
/// </summary>
/// <remarks>A line costs no allocation once the buffers have grown. They are bounded: no input is taken while more than 1 MiB is kept.</remarks>
/// <param name="terminator">What the lines of the input end with.</param>
internal sealed class LineOutbox(byte terminator) : IOutbox
{
    /// <summary>While more is kept than this, no more input is taken.</summary>
    public const int Most = 1024 * 1024;

    private const int ReadSize = 64 * 1024;
    private const int ShownSize = 40;

    private readonly LineQueue _lines = new();
    private byte[] _input = new byte[ReadSize];
    private int _inputLength;

    // The rest of a line is dropped that is longer than the server takes. So much of it was there.
    private long _skipped;

    // The number of the last line of the input, and of the last one that was acknowledged.
    private long _n;
    private long _acknowledged;

    // The longest text that the server takes.
    private int _longest = int.MaxValue;

    // How many connections in a row were lost in the middle of this line.
    private int _cuts;
    private long _cutLine;

    public object Gate { get; } = new();

    public ReadOnlySpan<byte> Unsent => _lines.Unsent;

    public long Taken { get; private set; }

    public bool HasSpace => _lines.Kept < Most;

    public bool IsMidLine => _inputLength > 0 || _skipped > 0;

    public bool IsCut => _lines.IsCut;

    public bool SendsAgain => true;

    // What was read of a line that has not ended is not sent yet.
    public bool IsSettled => _lines.Owed == 0 && !IsMidLine;

    public string? FatalLine { get; private set; }

    /// <summary>How many lines the server has neither acknowledged nor refused.</summary>
    public long Unacknowledged
    {
        get
        {
            lock (Gate)
            {
                return _lines.Owed;
            }
        }
    }

    /// <summary>How many of those a lost connection got whole, so that a server that does not know this client may take them twice.</summary>
    public int Doubtful
    {
        get
        {
            lock (Gate)
            {
                return _lines.Doubtful;
            }
        }
    }

    /// <summary>Gets a message for each line that is too long to be sent, on the input thread, under the gate. It must not wait.</summary>
    public Action<string>? Refused { get; set; }

    /// <summary>From now on lines with longer texts are not sent.</summary>
    /// <param name="longest">In bytes.</param>
    public void Limit(int longest)
    {
        lock (Gate)
        {
            _longest = longest;
        }
    }

    /// <summary>The server has taken all lines up to this one.</summary>
    /// <returns>False if there is no such line.</returns>
    public bool Acknowledge(long n)
    {
        lock (Gate)
        {
            if (n > _n)
            {
                return false;
            }

            if (n > _acknowledged)
            {
                _acknowledged = n;
                _lines.Acknowledge(n);
                Monitor.PulseAll(Gate);
            }

            return true;
        }
    }

    /// <summary>The server will never take this line.</summary>
    public void Refuse(long n)
    {
        lock (Gate)
        {
            _lines.Refuse(n);
            Monitor.PulseAll(Gate);
        }
    }

    /// <summary>Puts in a request, which is sent once.</summary>
    /// <param name="line">With its line end.</param>
    public void Request(ReadOnlySpan<byte> line)
    {
        lock (Gate)
        {
            line.CopyTo(_lines.Reserve(line.Length));
            _lines.Add(_n, line.Length, isRequest: true);
            Monitor.PulseAll(Gate);
        }
    }

    public Memory<byte> Reserve()
    {
        if (_input.Length < _inputLength + ReadSize)
        {
            Array.Resize(ref _input, 2 * (_inputLength + ReadSize));
        }

        return _input.AsMemory(_inputLength, ReadSize);
    }

    public void Add(int count)
    {
        Taken += count;
        _lines.Compact();
        ReadOnlySpan<byte> input = _input.AsSpan(0, _inputLength + count);
        int searched = _inputLength;
        while (input[searched..].IndexOf(terminator) is >= 0 and var end)
        {
            Say(input[..(searched + end)]);
            input = input[(searched + end + 1)..];
            searched = 0;
        }

        if (count == 0 && IsMidLine)
        {
            Say(input);
            input = [];
        }

        if (input.Length > Math.Min(_longest, Outbox.LongestLine) || _skipped > 0)
        {
            _skipped += input.Length;
            input = [];
        }

        input.CopyTo(_input);
        _inputLength = input.Length;
    }

    public void Advance(int count) => _lines.Advance(count);

    public Loss Rewind(long handed)
    {
        long cut = _lines.CutLine;
        if (cut > 0)
        {
            (_cuts, _cutLine) = (cut == _cutLine ? _cuts + 1 : 1, cut);
        }

        _lines.Rewind();
        FatalLine = _cuts < Outbox.MostCuts || _lines.IsEmpty ? null : Encoding.UTF8.GetString(_lines.Unsent[..Math.Min(ShownSize, _lines.Unsent.Length)]).Split('\n')[0];
        return new Loss("", HasSent: handed > 0);
    }

    public string Doubt(long unconfirmed, bool isConfirmed) => ((isConfirmed ? 0 : _lines.Owed) + (IsMidLine ? 1 : 0)) switch
    {
        0 => "",
        1 => "; 1 line is not acknowledged",
        var lines => $"; {lines} lines are not acknowledged",
    };

    private void Say(ReadOnlySpan<byte> text)
    {
        long length = _skipped + text.Length;
        _n++;
        _skipped = 0;
        if (length > Math.Min(_longest, Outbox.LongestLine))
        {
            Refused?.Invoke($"line {_n} of the input has {length} bytes, and the server takes at most {_longest}; it was not sent");
            return;
        }

        int written = ClientWire.Line(_n, text, _lines.Reserve(ClientWire.MostBytes(text.Length)));
        _lines.Add(_n, written, isRequest: false);
    }
}
