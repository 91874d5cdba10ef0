using System.Buffers;

namespace Chatctl.Connect.Printing;

/// <summary>
/// Puts a time and a space before each line: the time at which the line began to arrive. Nothing is held back, so a line may have any
/// length.
/// </summary>
/// <param name="inner">Gets the lines. It is not disposed.</param>
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
