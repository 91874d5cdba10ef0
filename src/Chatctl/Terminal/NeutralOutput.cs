using System.Buffers;

namespace Chatctl.Terminal;

/// <summary>A terminal without a line editor. What arrives is made safe and printed, and no escape sequence is added.</summary>
/// <param name="terminal">Gets the text. It is not disposed.</param>
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

    /// <summary>Prints what was held back. Called when nothing more follows.</summary>
    public void Finish()
    {
        _text.Clear();
        _neutralizer.Finish(_text);
        terminal.Write(_text.WrittenSpan);
    }
}
