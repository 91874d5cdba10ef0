namespace Chatctl.Core;

/// <content>
/// How far the units have been sent to all readers. A receipt waits for that, and the room decides how long: see Room.Receipts.cs. All but
/// <see cref="WakeForReceipt"/> is under the room's lock.
/// </content>
internal sealed partial class Feed
{
    // Everything before it has been sent to every reader that receipts wait for. So when many members finish at once, one look at all readers
    // serves them all.
    private long _sentToAll;

    // The furthest place of a receipt that has waited long enough.
    private long _overdue;

    /// <summary>
    /// Whether everything before a receipt's place has been sent to all readers that receipts wait for: their transports have reported that the system
    /// has it. If not, a wake comes when the answer may have changed.
    /// </summary>
    /// <param name="part">The receipt's place in this feed.</param>
    /// <param name="own">The reader of the member that waits for the receipt. It may read another feed.</param>
    public bool IsSentToAll(Receipt.Part part, Reader own)
    {
        if (part.Place > Settled)
        {
            // A wake comes with the commit.
            return false;
        }

        if (part.Place > _sentToAll && (part.Awaited is not { } awaited || !IsAwaited(awaited, part.Place)))
        {
            part.Awaited = FindAwaited(part.Place, own);
        }

        if (part.Place > _sentToAll && part.Awaited is not null)
        {
            return false;
        }

        part.Awaited = null;
        return true;
    }

    /// <summary>A receipt for what is before a place has waited long enough.</summary>
    public void MarkOverdue(long place) => _overdue = Math.Max(_overdue, place);

    /// <summary>
    /// From now on, receipts do not wait for the readers that were given units before the places of overdue receipts and have not taken them.
    /// </summary>
    /// <param name="laggards">Gets those readers.</param>
    public void OverlookLaggards(List<Reader> laggards)
    {
        foreach (Reader reader in _readers)
        {
            // If a reader was not asked for its bytes, it has only not had its turn.
            if (IsBehind(reader, _overdue) && reader.HasUnsent)
            {
                reader.IsOverlooked = true;
                laggards.Add(reader);
            }
        }
    }

    /// <summary>Wakes the servers: a reader that a receipt waits for has got as far as it had to, or has gone.</summary>
    public void WakeForReceipt() => _wake();

    /// <summary>The reader that a receipt has to wait for; null if there is none.</summary>
    private Reader? FindAwaited(long place, Reader own)
    {
        long sent = _log.Published;
        int start = own.Feed == this && own.Index >= 0 ? own.Index + 1 : 0;
        for (int i = 0; i < _readers.Count; i++)
        {
            // The search begins behind the sender. The members that come next in its server's pass are those that have not been sent anything yet.
            Reader other = _readers[(start + i) % _readers.Count];
            if (other != own && IsAwaited(other, place))
            {
                return other;
            }

            sent = IsBehind(other, sent) ? Math.Min(sent, other.Cursor.Position) : sent;
        }

        _sentToAll = Math.Max(_sentToAll, sent);
        return null;
    }

    /// <summary>Whether a receipt has to wait for a reader; if so, the reader is told.</summary>
    private static bool IsAwaited(Reader reader, long place)
    {
        if (!IsBehind(reader, place))
        {
            return false;
        }

        // First tell the reader, then look at it again. The reader first moves on, and then looks whether it was told. So one of the two sees
        // what the other did.
        reader.Await(place);
        return IsBehind(reader, place);
    }

    private static bool IsBehind(Reader reader, long place) =>
        reader.Index >= 0 && !reader.IsOverlooked && !reader.IsGone && reader.Begun < place && reader.Cursor.Position < place;
}
