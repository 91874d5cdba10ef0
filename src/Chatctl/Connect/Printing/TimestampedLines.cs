using System.Buffers;

namespace Chatctl.Connect.Printing;

/// <summary>Puts the time at which a line began to arrive, and a space, before it. Nothing is held back, so a line may be of any length.</summary>
/// <param name="inner">Where it goes; not disposed.</param>
/// <param name="terminator">What lines end with.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class TimestampedLines(Stream inner, byte terminator, TimeProvider clock) : OutputStream
{
    private const int Batch = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _text = new(Batch);
    private readonly byte[] _prefix = new byte[Timestamp.Length + 1];
    private bool _isMidLine;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Timestamp.Write(clock, _prefix);
        _prefix[^1] = (byte)' ';
        while (buffer.Length > 0)
        {
            if (!_isMidLine)
            {
                _text.Write(_prefix);
            }

            int end = buffer.IndexOf(terminator);
            _isMidLine = end < 0;
            int length = _isMidLine ? buffer.Length : end + 1;
            _text.Write(buffer[..length]);
            buffer = buffer[length..];
            if (_text.WrittenCount >= Batch || buffer.IsEmpty)
            {
                inner.Write(_text.WrittenSpan);
                _text.ResetWrittenCount();
            }
        }
    }

    public override void Flush() => inner.Flush();
}
