using System.Collections.Concurrent;
using System.Text;

namespace Chatctl.Terminal;

/// <summary>
/// The lines that a person has entered, as a stream. They wait here for as long as the reader is held back, so that it is not noticed
/// while typing; how many they are is up to the person. One adds and one reads.
/// </summary>
internal sealed class TerminalInput : OneWayStream
{
    private readonly BlockingCollection<byte[]> _lines = [];
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    /// <summary>Adds lines.</summary>
    /// <param name="lines">Without their ends.</param>
    public void Add(IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            _lines.Add(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        }
    }

    /// <summary>No more lines come. May be said again.</summary>
    public void Complete() => _lines.CompleteAdding();

    /// <summary>Waits for a line.</summary>
    /// <returns>0 after the last.</returns>
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
