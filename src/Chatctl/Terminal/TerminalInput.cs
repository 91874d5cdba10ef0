using System.Collections.Concurrent;
using System.Text;

namespace Chatctl.Terminal;

/// <summary>
/// The lines that a person has entered, as a stream. The lines wait here while the server holds the reader back, so that the person can go on
/// typing. Their number has no limit, because a person types them. One thread adds, and one thread reads.
/// </summary>
internal sealed class TerminalInput : OneWayStream
{
    private readonly BlockingCollection<byte[]> _lines = [];
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    /// <summary>Adds lines.</summary>
    /// <param name="lines">The lines without their terminators.</param>
    public void Add(IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            _lines.Add(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        }
    }

    /// <summary>Says that no more lines come. May be called more than once.</summary>
    public void Complete() => _lines.CompleteAdding();

    /// <summary>Waits for a line.</summary>
    /// <returns>How many bytes were read; 0 after the last line.</returns>
    public override int Read(Span<byte> buffer)
    {
        if (_rest.IsEmpty)
        {
            _rest = _lines.TryTake(out byte[]? lines, Timeout.Infinite) ? lines : default;
        }

        int count = Math.Min(_rest.Length, buffer.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _lines.Dispose();
        base.Dispose(disposing);
    }
}
