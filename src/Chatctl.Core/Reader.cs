namespace Chatctl.Core;

/// <summary>A member's place in a feed: its cursor, and what the feed and the receipts of other members have to know about it.</summary>
/// <remarks>
/// One thread at a time gathers and advances, without a lock. A property or method that says so is under the room's lock. After the room has
/// set an end or an eviction, it wakes the servers. So what one call misses, the next call sees.
/// </remarks>
/// <param name="feed">The feed that it reads.</param>
/// <param name="member">The member that reads.</param>
/// <param name="id">The sender whose units are the member's own.</param>
/// <param name="cursor">Where it stands. The reader owns it.</param>
internal sealed class Reader(Feed feed, IFeedMember member, long id, Cursor cursor)
{
    private volatile bool _overlooked;

    // How far it has to get until no receipt waits for it; long.MaxValue while none waits.
    private long _awaitedAt = long.MaxValue;

    /// <summary>The feed that it reads.</summary>
    public Feed Feed => feed;

    /// <summary>The member that reads.</summary>
    public IFeedMember Member => member;

    /// <summary>The sender whose units are the member's own.</summary>
    public long Id => id;

    /// <summary>Where it stands.</summary>
    public Cursor Cursor => cursor;

    /// <summary>How far the log went when it was opened, in bytes. What comes before is the past: no receipt waits until it has been sent that.</summary>
    public long Begun { get; init; }

    /// <summary>
    /// Where its member stands in the other feed, as long as it has not gone over to this one. Null if there is no such place. Under the room's lock.
    /// </summary>
    public Reader? Previous { get; set; }

    /// <summary>
    /// Whether its member was given bytes that were not reported as sent. If not, its transport has not asked for bytes yet, so its peer is not to
    /// blame. A member that is stuck before it goes over to this feed is to blame too. Under the room's lock.
    /// </summary>
    public bool HasUnsent => cursor.HasUnsent || Previous is { Cursor.HasUnsent: true };

    /// <summary>Whether it was opened behind units that are not committed yet: nothing must be said of them. For the reader.</summary>
    public bool IsAhead => feed.Waits && cursor.IsAhead;

    /// <summary>What the member itself has in the log since it joined. Under the room's lock.</summary>
    public Tally Own { get; set; }

    /// <summary>Its place in the feed's list; -1 once it has left. Under the room's lock.</summary>
    public int Index { get; set; } = -1;

    /// <summary>
    /// Whether receipts do not wait for it, because one has waited long enough and it has not caught up since. Set under the room's lock, and
    /// cleared by the reader when it has caught up.
    /// </summary>
    public bool IsOverlooked
    {
        get => _overlooked;
        set => _overlooked = value;
    }

    /// <summary>
    /// Whether the window and the receipts can ignore it: its member is evicted, or its cursor is closed, as it is once the reader has
    /// left. From any thread.
    /// </summary>
    public bool IsGone => cursor.IsClosed || member.IsEvicted;

    /// <summary>Gathers bytes to send, as <see cref="Cursor.Gather"/> does. If the log was cut off in front of it, it jumps first.</summary>
    /// <param name="scratch">Memory for bytes that do not lie in one piece.</param>
    /// <param name="pauses">Whether to give no more than the rest of a unit that was begun.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Whether there are any.</returns>
    public bool Gather(Memory<byte> scratch, bool pauses, out ReadOnlyMemory<byte> bytes)
    {
        bool deserted = cursor.Gather(scratch, pauses, out bytes);
        while (cursor.IsStranded && feed.TrySkipAhead(this))
        {
            deserted |= cursor.Gather(scratch, pauses, out bytes);
        }

        if (deserted)
        {
            feed.Reclaim();
        }

        WakeIfReached();
        if (!bytes.IsEmpty)
        {
            return true;
        }

        if (_overlooked && !pauses && !cursor.IsClosed)
        {
            // It has caught up.
            _overlooked = false;
        }

        return false;
    }

    /// <summary>Moves on by what has been sent, as <see cref="Cursor.Advance"/> does.</summary>
    public void Advance(int count)
    {
        cursor.Advance(count);
        WakeIfReached();
    }

    /// <summary>It gets nothing that is ordered from now on, unless an earlier end was set. Under the room's lock.</summary>
    public void StopAtEnd() => cursor.StopAt(feed.End);

    /// <summary>A receipt waits until it has got to a place. Under the room's lock; a full fence.</summary>
    public void Await(long place) => Interlocked.Exchange(ref _awaitedAt, Math.Min(place, Volatile.Read(ref _awaitedAt)));

    /// <summary>
    /// Wakes the servers if a receipt waits for it and it has got as far as it had to, or has gone. Call it after the cursor has moved.
    /// </summary>
    public void WakeIfReached()
    {
        long awaitedAt = Volatile.Read(ref _awaitedAt);
        if (awaitedAt != long.MaxValue && (cursor.Position >= awaitedAt || cursor.IsClosed))
        {
            // Receipts that still wait for it say so again when they are asked for.
            Interlocked.Exchange(ref _awaitedAt, long.MaxValue);
            feed.WakeForReceipt();
        }
    }
}
