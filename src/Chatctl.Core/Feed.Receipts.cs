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

    /// <summary>
    /// Whether everything that was ordered before a finished reader's end has been sent to all the others: their transports have reported that the
    /// system has it. If not, a wake comes when the answer may have changed.
    /// </summary>
    public bool IsSentToAll(Reader sender)
    {
        long place = sender.Cursor.StopsAt;
        if (place > _sentToAll && (sender.Awaited is not { } awaited || !IsAwaited(awaited, place)))
        {
            sender.Awaited = FindAwaited(sender, place);
        }

        if (place > _sentToAll && sender.Awaited is not null)
        {
            return false;
        }

        sender.Awaited = null;
        return true;
    }

    /// <summary>From now on, receipts do not wait for the readers that were given units before a place and have not taken them.</summary>
    /// <returns>Those readers; null if there are none.</returns>
    public List<Reader>? OverlookBehind(long place)
    {
        List<Reader>? laggards = null;
        foreach (Reader reader in _readers)
        {
            // If a reader was not asked for its bytes, it has only not had its turn.
            if (IsBehind(reader, place) && reader.Cursor.HasUnsent)
            {
                reader.IsOverlooked = true;
                (laggards ??= []).Add(reader);
            }
        }

        return laggards;
    }

    /// <summary>Wakes the servers: a reader that a receipt waits for has got as far as it had to, or has gone.</summary>
    public void WakeForReceipt() => _wake();

    /// <summary>The reader that a receipt has to wait for; null if there is none.</summary>
    private Reader? FindAwaited(Reader sender, long place)
    {
        long sent = _log.Published;
        for (int i = 1; i < _readers.Count; i++)
        {
            // The search begins behind the sender. The members that come next in its server's pass are those that have not been sent anything yet.
            Reader other = _readers[(sender.Index + i) % _readers.Count];
            if (IsAwaited(other, place))
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
        reader.Index >= 0 && !reader.IsOverlooked && !reader.IsGone && reader.Cursor.Position < place;
}
