using System.Text;

namespace Chatctl.Core;

/// <summary>Units as members sent them.</summary>
/// <param name="framing">What a unit is.</param>
internal sealed class PlainUnits(Framing framing) : UnitFormat
{
    private readonly byte _terminator = framing.Terminator();

    public override int UnitEnd(Segment segment, int offset)
    {
        if (offset == 0)
        {
            return 0;
        }

        // Where one raw chunk of a sender ends and its next one begins is not recorded. So a run of them counts as one unit here.
        return framing == Framing.Raw ? segment.RunAt(segment.RunEndingFrom(offset)).End : segment.EndBehind(_terminator, offset);
    }

    public override int LinesBefore(Segment segment, int unitEnd) =>
        unitEnd == 0 ? 0
        : framing == Framing.Raw ? segment.RunAt(segment.RunEndingFrom(unitEnd)).Units
        : segment.Memory(0, unitEnd).Span.Count(_terminator);

    public override byte[] SkipNotice(Tally from, Tally to, Tally missed) =>
        Encoding.ASCII.GetBytes($"chatctl: skipped {missed.Units} lines, {missed.Bytes} bytes{(char)_terminator}");
}
