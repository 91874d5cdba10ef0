using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Chatctl.Connect.Printing;

/// <summary>
/// Writes a JSON object for each line, on a line of its own. It has <c>time</c>, when the whole line was there, and <c>text</c>, or
/// <c>base64</c> if the line is not UTF-8. The line's terminator is left out.
/// </summary>
/// <param name="inner">Gets the objects. It is not disposed.</param>
/// <param name="terminator">What the lines end with. The objects always end with LF.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class JsonLines(Stream inner, byte terminator, TimeProvider clock) : WholeLines(inner, terminator, "--json")
{
    private const int Batch = 64 * 1024;

    // The output is not for web pages, so only the characters that JSON itself forbids are escaped.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _text = new(Batch);
    private readonly byte[] _time = new byte[Timestamp.Length];
    private Utf8JsonWriter? _writer;

    protected override void PassOn(ReadOnlySpan<byte> lines)
    {
        Timestamp.Write(clock, _time);
        while (lines.Length > 0)
        {
            int end = lines.IndexOf(Terminator);
            WriteObject(end < 0 ? lines : lines[..end]);
            lines = end < 0 ? [] : lines[(end + 1)..];
            if (_text.WrittenCount >= Batch || lines.IsEmpty)
            {
                Inner.Write(_text.WrittenSpan);
                _text.ResetWrittenCount();
            }
        }
    }

    private void WriteObject(ReadOnlySpan<byte> line)
    {
        if (_writer is null)
        {
            _writer = new Utf8JsonWriter(_text, WriterOptions);
        }
        else
        {
            _writer.Reset();
        }

        _writer.WriteStartObject();
        _writer.WriteString("time"u8, _time);
        if (Utf8.IsValid(line))
        {
            _writer.WriteString("text"u8, line);
        }
        else
        {
            _writer.WriteBase64String("base64"u8, line);
        }

        _writer.WriteEndObject();
        _writer.Flush();
        _text.Write("\n"u8);
    }
}
