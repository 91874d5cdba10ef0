using System.Text;

namespace Chatctl.Connect;

/// <summary>
/// What has been read of the input and not handed to a connection yet; and of the line that is being handed over, all, so that it can be
/// handed to another connection from its beginning.
/// </summary>
/// <remarks>
/// <para>
/// What a lost connection was given is in doubt for ever: the peer acknowledges nothing but by its FIN at the end. Whole lines that were
/// given are therefore not sent again, or they could arrive twice. A line of which only the beginning was given cannot have been relayed,
/// since the connection was reset or the peer had finished before there was an end to it. It is sent again whole: its rest alone would be
/// taken for a line.
/// </para>
/// <para>Not for concurrent use, but that <see cref="Rewind"/> may be called while <see cref="Room"/> is being filled.</para>
/// </remarks>
/// <param name="terminator">What a line ends with.</param>
/// <param name="keepsLine">Whether it will be asked to <see cref="Rewind"/>.</param>
internal sealed class Outbox(byte terminator, bool keepsLine)
{
    /// <summary>How much is read at once, at most.</summary>
    public const int ReadSize = 64 * 1024;

    /// <summary>How long a line may be to be sent again. The rest of a longer one is dropped instead.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    private const int ShownSize = 40;

    private byte[] _bytes = new byte[ReadSize];
    private int _line;
    private int _sent;
    private int _end;
    private bool _isLineForgotten;
    private bool _isDropping;

    /// <summary>What is to be handed over next.</summary>
    public ReadOnlySpan<byte> Unsent => _bytes.AsSpan(_sent.._end);

    /// <summary>All that was ever put in.</summary>
    public long Taken { get; private set; }

    /// <summary>What was put in and will never be handed over: the rest of a line whose beginning is gone.</summary>
    public long Dropped { get; private set; }

    /// <summary>Whether the last byte handed over is not the end of a line.</summary>
    public bool IsMidLine { get; private set; }

    /// <summary>How many connections running were lost in the middle of the line that is to be handed over next.</summary>
    public int Cuts { get; private set; }

    /// <summary>The beginning of that line, to be shown.</summary>
    public string Beginning
    {
        get
        {
            ReadOnlySpan<byte> line = _bytes.AsSpan(_line.._end);
            line = line.IndexOf(terminator) is >= 0 and var end ? line[..end] : line;
            ReadOnlySpan<byte> shown = line[..Math.Min(line.Length, ShownSize)];
            Span<char> text = stackalloc char[ShownSize];

            // A character that does not fit whole is left out.
            int length = Encoding.UTF8.GetDecoder().GetChars(shown, text, flush: shown.Length == line.Length);
            return shown.Length < line.Length ? $"{text[..length]}…" : $"{text[..length]}";
        }
    }

    /// <summary>Room for <see cref="ReadSize"/> more, to be filled from its start.</summary>
    public Memory<byte> Room()
    {
        // What is left to hand over here is the beginning of a line that was given to a lost connection.
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

    /// <summary>Takes in what was put into <see cref="Room"/>.</summary>
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

    /// <summary>Some was handed over.</summary>
    /// <param name="count">How many bytes of <see cref="Unsent"/>; none is possible.</param>
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

    /// <summary>Goes back to the beginning of the line that was being handed over, or past its end if its beginning is gone.</summary>
    /// <returns>How many bytes will be handed over a second time.</returns>
    public int Rewind()
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
}
