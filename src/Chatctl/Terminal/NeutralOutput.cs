using System.Buffers;

namespace Chatctl.Terminal;

/// <summary>A terminal that is only printed to: what arrives, neutral, and no escape sequence of our own.</summary>
/// <param name="terminal">Gets the text. Left open.</param>
internal sealed class NeutralOutput(Stream terminal) : OneWayStream
{
    private readonly Neutralizer _neutralizer = new();
    private readonly ArrayBufferWriter<byte> _text = new();

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _text.Clear();
        _neutralizer.Append(buffer, _text);
        terminal.Write(_text.WrittenSpan);
    }

    /// <summary>Prints what was kept back because more could have followed.</summary>
    public void Finish()
    {
        _text.Clear();
        _neutralizer.Finish(_text);
        terminal.Write(_text.WrittenSpan);
    }
}
