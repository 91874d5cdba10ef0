namespace Chatctl.Core.Sessions;

/// <summary>Units as sessions get them: JSON objects, one in a line. Lines are counted by the numbers that they carry, since events have none.</summary>
internal sealed class SessionUnits : UnitFormat
{
    private const byte LineFeed = (byte)'\n';

    public override int UnitEnd(Segment segment, int offset) => offset == 0 ? 0 : segment.EndBehind(LineFeed, offset);

    public override int LinesBefore(Segment segment, int unitEnd) => LinesBefore(segment, unitEnd, segment.Length);

    /// <summary>How many lines lie before an offset, in a segment that may still grow.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="unitEnd">The start or the end of a unit in it.</param>
    /// <param name="length">How many bytes it has.</param>
    public static int LinesBefore(Segment segment, int unitEnd, int length)
    {
        ReadOnlySpan<byte> rest = segment.Memory(unitEnd, length - unitEnd).Span;
        while (!rest.IsEmpty)
        {
            if (SessionUnit.Seq(rest) is > 0 and var seq)
            {
                return (int)(seq - 1 - segment.FirstSequence);
            }

            rest = rest[(rest.IndexOf(LineFeed) + 1)..];
        }

        return segment.Units;
    }

    /// <summary>The first start of a unit at an offset or behind it, in a segment that may still grow. For the writer.</summary>
    public static int UnitStart(Segment segment, int offset) =>
        offset == 0 || offset == segment.Written ? offset
        : segment.Memory(offset - 1, segment.Written - offset + 1).Span.IndexOf(LineFeed) + offset;

    public override byte[] SkipNotice(Tally from, Tally to, Tally missed)
    {
        var encoder = new SessionEncoder();
        encoder.Skipped(from.Units + 1, to.Units);
        return encoder.Written.ToArray();
    }
}
