namespace Chatctl.Core;

/// <summary>The one order of a room: gives each unit the next sequence number and hands it to the feeds.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
/// <param name="feed">The feed that gets all units.</param>
internal sealed class Sequencer(Feed feed)
{
    /// <summary>The sequence number of the next unit, from 0.</summary>
    public long Next { get; private set; }

    /// <summary>The longest unit, in bytes, that the feeds can take.</summary>
    public int MaxUnitBytes => feed.SegmentBytes;

    /// <summary>
    /// Orders whole units of one sender. They come in two pieces, so that the kept beginning of a unit need not be copied together with its end.
    /// Readers see them once the feed publishes them.
    /// </summary>
    /// <param name="owner">The sender.</param>
    /// <param name="head">The first piece.</param>
    /// <param name="rest">The second piece; it may be empty. Both together have at most <see cref="MaxUnitBytes"/>.</param>
    /// <param name="units">How many units they are.</param>
    public void Order(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units)
    {
        Next += units;
        feed.Append(owner, head, rest, units);
    }
}
