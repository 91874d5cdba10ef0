namespace Chatctl.Core;

/// <summary>What the units of a log look like: where one ends, how many come before a place, and how a reader is told which ones it has missed.</summary>
/// <remarks>Stateless, so safe for use from any thread.</remarks>
internal abstract class UnitFormat
{
    /// <summary>The first end of a unit at an offset or behind it.</summary>
    /// <param name="segment">The segment. If it is not sealed, the offset is in front of the published length.</param>
    /// <param name="offset">Where to look.</param>
    public abstract int UnitEnd(Segment segment, int offset);

    /// <summary>How many lines of a segment lie before a unit's end that <see cref="UnitEnd"/> gave. For a segment that is sealed.</summary>
    public abstract int LinesBefore(Segment segment, int unitEnd);

    /// <summary>What a reader is told that was too slow, as a unit.</summary>
    /// <param name="from">Where it stood.</param>
    /// <param name="to">Where it goes on.</param>
    /// <param name="missed">What lies between, without its own units.</param>
    public abstract byte[] SkipNotice(Tally from, Tally to, Tally missed);
}
