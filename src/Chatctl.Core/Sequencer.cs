using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <summary>The one order of a room: gives each unit the next sequence number and hands it to the feeds.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
/// <param name="plain">The feed that plain members read. It gets all units.</param>
/// <param name="terminator">The byte that ends a unit of the plain feed.</param>
/// <param name="next">The number of the first unit.</param>
internal sealed class Sequencer(Feed plain, byte terminator, long next) : IUnits
{
    private readonly byte[] _terminator = [terminator];

    /// <summary>The sequence number of the next unit. The first unit of all has 0.</summary>
    public long Next { get; private set; } = next;

    /// <inheritdoc/>
    public int MaxUnitBytes => plain.SegmentBytes;

    /// <summary>The log that sessions read; null before the first session. It also gets all units.</summary>
    public SessionLog? Sessions { get; set; }

    /// <summary>How far the feeds go.</summary>
    public Places Ends => new(plain.End.Bytes, Sessions?.Feed.End.Bytes ?? 0);

    /// <inheritdoc/>
    public void Order(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units)
    {
        // The numbers that sessions see begin with 1.
        Sessions?.AddPlain(owner, head, rest, Next + 1);
        Next += units;
        plain.Append(owner, head, rest, units);
    }

    /// <summary>Orders a line of a session. Plain members get its text and a terminator.</summary>
    /// <returns>The number that sessions see.</returns>
    public long OrderLine(Session session, ReadOnlySpan<byte> text)
    {
        Next++;
        Sessions!.AddLine(session, text, Next);
        plain.Append(session.Id, text, _terminator, 1);
        return Next;
    }

    /// <summary>Lets readers see what was appended, now or soon. With a commit log, they see it when it is committed.</summary>
    /// <returns>Whether some can see something new now, or something waits to be committed: the caller wakes the servers and the commit log.</returns>
    public bool Publish()
    {
        bool published = plain.HasUnpublished && plain.Publish();
        return Sessions?.Publish() == true || published;
    }

    /// <summary>Lets readers see all that was appended.</summary>
    public void PublishNow()
    {
        plain.PublishNow();
        Sessions?.PublishNow();
    }
}
