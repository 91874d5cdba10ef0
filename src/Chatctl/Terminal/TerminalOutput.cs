namespace Chatctl.Terminal;

/// <summary>A stream that gives every write to a method.</summary>
/// <param name="print">Gets every write. It returns when it has passed the bytes on.</param>
internal sealed class TerminalOutput(TerminalOutput.Printer print) : OneWayStream
{
    /// <summary>Gets what is written.</summary>
    public delegate void Printer(ReadOnlySpan<byte> bytes);

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer) => print(buffer);
}
