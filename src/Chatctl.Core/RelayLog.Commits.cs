namespace Chatctl.Core;

/// <content>What readers see of it: all that was appended, or what has been committed of that.</content>
internal sealed partial class RelayLog
{
    // The first segment of which readers do not see everything yet. It is the tail, unless units wait until they are committed.
    private Segment _publishing = null!;

    // The last run that has been taken, and where its segment begins. A segment is used again and again, so its start says which use it is.
    private (long Segment, int Run) _taken = (-1, 0);

    /// <summary>Whether units wait until they are committed.</summary>
    public bool Waits => waits;

    /// <summary>Readers see at least what comes before this position, in bytes since the room began. See <see cref="Unpublished"/>.</summary>
    public long Published { get; private set; }

    /// <summary>How many bytes have been appended since <see cref="PublishTo"/>. Readers may already see those in full segments, unless units wait.</summary>
    public long Unpublished => End.Bytes - Published;

    /// <summary>Lets readers see all that was appended.</summary>
    public void Publish() => PublishTo(End.Bytes);

    /// <summary>Lets readers see what was appended before a position.</summary>
    /// <param name="position">Where a unit ends, in bytes since the room began. Not before <see cref="Published"/>.</param>
    public void PublishTo(long position)
    {
        if (_tail is not null)
        {
            SealBefore(position);
            _publishing.Publish((int)(position - _publishing.Start));
            Published = position;
        }
    }

    /// <summary>The segment of the window that a position is in; null if it was cut off or given back.</summary>
    /// <param name="position">In bytes since the room began. At most <see cref="End"/>.</param>
    public Segment? SegmentAt(long position)
    {
        Segment? segment = position < Head?.Start ? null : Head;
        while (segment?.Following is { } following && following.Start <= position)
        {
            segment = following;
        }

        return segment;
    }

    /// <summary>Where the segment begins in which the first unit is that is not published.</summary>
    public long PublishingStart => _publishing.Start;

    /// <summary>Takes what readers do not see yet, to commit it. It is not taken again until it is published.</summary>
    /// <param name="pieces">Gets the bytes, in their order. They stay valid until they are published.</param>
    /// <param name="seen">Learns the senders of the units.</param>
    public void Take(List<ReadOnlyMemory<byte>> pieces, GoneUnits seen)
    {
        EnsureTail();
        int offset = (int)(Published - _publishing.Start);
        for (Segment? segment = _publishing; segment is not null; segment = segment.Following)
        {
            if (segment.Written > offset)
            {
                pieces.Add(segment.Memory(offset, segment.Written - offset));
                seen.Add(segment, segment.Start == _taken.Segment ? _taken.Run : 0);
                _taken = (segment.Start, segment.LastRun);
            }

            offset = 0;
        }
    }

    /// <summary>Lets readers see full segments. If units may wait, the log stands in the first segment that has some, as a cursor does. So that is not trimmed.</summary>
    private void SealBefore(long position)
    {
        while (_publishing.Following is { } next && next.Start <= position)
        {
            _publishing.Seal(time.GetTimestamp());
            if (waits)
            {
                next.Enter();
                _publishing.Exit();
            }

            _publishing = next;
        }
    }
}
