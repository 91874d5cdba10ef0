using System.Text;

namespace Chatctl.Connect;

/// <summary>
/// Holds the input that was read and is not handed to a connection yet. It also holds the whole line that is being handed over, so that
/// another connection can get that line from its beginning.
/// </summary>
/// <remarks>
/// <para>
/// What was given to a lost connection stays in doubt: the peer acknowledges only at the end, with its FIN. So whole lines that were given
/// are not sent again, because they could arrive twice. A line of which only the beginning was given cannot have been relayed: the
/// connection was reset, or the peer had finished, before the line had an end. That line is sent again from its beginning. The peer would
/// take its rest alone for a line.
/// </para>
/// <para>Not thread-safe, with one exception: <see cref="Rewind"/> may be called while <see cref="Reserve"/> is being filled.</para>
/// </remarks>
/// <param name="terminator">What a line ends with.</param>
/// <param name="keepsLine">Whether <see cref="Rewind"/> will be called.</param>
internal sealed class Outbox(byte terminator, bool keepsLine) : IOutbox
{
    /// <summary>The most bytes that are read at once.</summary>
    public const int ReadSize = 64 * 1024;

    /// <summary>How many connections in a row may be lost in the middle of one line.</summary>
    public const int MostCuts = 3;

    /// <summary>
    /// The longest line that can be sent again. If a connection is lost in the middle of a longer line, the rest of that line is dropped.
    /// </summary>
    public const int LongestLine = 16 * 1024 * 1024;

    private const int ShownSize = 40;

    // What is kept of the line that is being handed over begins at _line. What is to be handed over goes from _sent to _end.
    private byte[] _bytes = new byte[ReadSize];
    private int _line;
    private int _sent;
    private int _end;

    // The line is too long to be kept, so its beginning is gone. After a loss, its rest is dropped as it is read.
    private bool _isLineForgotten;
    private bool _isDropping;

    // How many bytes lost connections got and did not confirm.
    private long _inDoubt;

    public object Gate { get; } = new();

    /// <summary>What is to be handed over next.</summary>
    public ReadOnlySpan<byte> Unsent => _bytes.AsSpan(_sent.._end);

    /// <summary>How many bytes were put in so far.</summary>
    public long Taken { get; private set; }

    /// <summary>How many bytes were put in and will never be handed over: they are the rest of a line whose beginning is gone.</summary>
    public long Dropped { get; private set; }

    // What was read is handed over soon. So this tells of what was handed over, and of what was read too.
    public bool IsMidLine { get; private set; }

    public bool IsCut => IsMidLine;

    public bool HasSpace => true;

    public bool SendsAgain => false;

    public bool IsSettled => Unsent.IsEmpty;

    public string? FatalLine => Cuts < MostCuts ? null : Beginning;

    /// <summary>How many connections in a row were lost in the middle of the line that is to be handed over next.</summary>
    public int Cuts { get; private set; }

    /// <summary>The beginning of that line, for a message.</summary>
    public string Beginning
    {
        get
        {
            ReadOnlySpan<byte> line = _bytes.AsSpan(_line.._end);
            line = line.IndexOf(terminator) is >= 0 and var end ? line[..end] : line;
            ReadOnlySpan<byte> shown = line[..Math.Min(line.Length, ShownSize)];
            Span<char> text = stackalloc char[ShownSize];

            // A character of which only a part fits is left out.
            int length = Encoding.UTF8.GetDecoder().GetChars(shown, text, flush: shown.Length == line.Length);
            return shown.Length < line.Length ? $"{text[..length]}…" : $"{text[..length]}";
        }
    }

    /// <summary>Makes space for <see cref="ReadSize"/> more bytes. The caller fills it from its start.</summary>
    public Memory<byte> Reserve()
    {
        // Something can be left to hand over here: the beginning of a line that a lost connection had.
        int unsent = _end - _sent;
        int kept = keepsLine ? _end - _line : unsent;
        if (kept > LongestLine && unsent == 0)
        {
            _isLineForgotten = true;
            kept = 0;
        }

        if (_bytes.Length < kept + ReadSize)
        {
            byte[] larger = new byte[2 * (kept + ReadSize)];
            _bytes.AsSpan(_end - kept, kept).CopyTo(larger);
            _bytes = larger;
        }
        else
        {
            _bytes.AsSpan(_end - kept, kept).CopyTo(_bytes);
        }

        (_line, _sent, _end) = (0, kept - unsent, kept);
        return _bytes.AsMemory(_end, ReadSize);
    }

    /// <summary>Accepts the bytes that were put into <see cref="Reserve"/>.</summary>
    /// <param name="count">How many bytes.</param>
    public void Add(int count)
    {
        Taken += count;
        _end += count;
        if (_isDropping)
        {
            Drop();
        }
    }

    /// <summary>Notes that bytes were handed over.</summary>
    /// <param name="count">How many bytes of <see cref="Unsent"/>; may be 0.</param>
    public void Advance(int count)
    {
        if (count == 0)
        {
            return;
        }

        int lastEnd = _bytes.AsSpan(_sent, count).LastIndexOf(terminator);
        if (lastEnd >= 0)
        {
            _line = _sent + lastEnd + 1;
            _isLineForgotten = false;
            Cuts = 0;
        }

        _sent += count;
        IsMidLine = lastEnd != count - 1;
    }

    /// <summary>Goes back to the beginning of the line that was being handed over. Whole lines that the connection got stay in doubt.</summary>
    /// <param name="handed">How many bytes the connection got.</param>
    public Loss Rewind(long handed)
    {
        long lost = handed - GoBack();
        _inDoubt += lost;
        return new Loss(InDoubt(lost), lost > 0);
    }

    public string Doubt(long unconfirmed, bool isConfirmed) => InDoubt(_inDoubt + Dropped + (isConfirmed ? 0 : unconfirmed) + Unsent.Length);

    /// <summary>Goes back to the beginning of the line that was being handed over. If its beginning is gone, drops the rest of the line.</summary>
    /// <returns>How many bytes will be handed over a second time.</returns>
    public int GoBack()
    {
        bool wasMidLine = IsMidLine;
        IsMidLine = false;
        if (wasMidLine && _isLineForgotten)
        {
            Cuts = 0;
            _isDropping = true;
            Drop();
            return 0;
        }

        Cuts += wasMidLine ? 1 : 0;
        int again = _sent - _line;
        _sent = _line;
        return again;
    }

    private void Drop()
    {
        int end = Unsent.IndexOf(terminator);
        int dropped = end < 0 ? _end - _sent : end + 1;
        _isDropping = end < 0;
        _isLineForgotten &= _isDropping;
        Dropped += dropped;
        _sent += dropped;
        _line = _sent;
    }

    private static string InDoubt(long bytes) => bytes switch
    {
        0 => "",
        1 => "; 1 byte may not have been delivered",
        _ => $"; {bytes} bytes may not have been delivered",
    };
}
