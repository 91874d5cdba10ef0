namespace Chatctl.Terminal;

/// <summary>A stream to something that takes spans.</summary>
/// <param name="print">Gets every write, and has passed it on when it returns.</param>
internal sealed class TerminalOutput(TerminalOutput.Printer print) : OneWayStream
{
    /// <summary>Takes what is written.</summary>
    public delegate void Printer(ReadOnlySpan<byte> bytes);

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer) => print(buffer);
}
