namespace Chatctl.Core;

/// <content>
/// How far the units have been sent to all readers. A receipt waits for that; the room decides how long. See Room.Receipts.cs.
/// </content>
internal sealed partial class Feed
{
    // Everything before it has been sent to every reader that receipts wait for. So when many members finish at once, one look at all readers serves them all.
    private long _sentToAll;

    /// <summary>
    /// Whether everything that was ordered before a finished reader's end has been sent to all the others: their transports have reported that the
    /// system has it. If not, there is a wake when the answer may have changed. Under the room's lock.
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

    /// <summary>Has receipts wait no longer for the readers that have been given units before a place and do not take them. Under the room's lock.</summary>
    /// <returns>Those readers; null if there are none.</returns>
    public List<Reader>? OverlookBehind(long place)
    {
        List<Reader>? laggards = null;
        foreach (Reader reader in _readers)
        {
            // A reader that was not asked for its bytes has only not had its turn.
            if (IsBehind(reader, place) && reader.Cursor.HasUnsent)
            {
                reader.IsOverlooked = true;
                (laggards ??= []).Add(reader);
            }
        }

        return laggards;
    }

    /// <summary>A reader that a receipt has waited for has got as far as it had to, or has gone.</summary>
    public void TellReached() => _wake();

    /// <summary>The reader that a receipt has to wait for; null if there is none.</summary>
    private Reader? FindAwaited(Reader sender, long place)
    {
        long sent = _log.Published;
        for (int i = 1; i < _readers.Count; i++)
        {
            // From the sender's place on: the next ones in its server's pass are those that have not been sent anything yet.
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

        // Told first, then looked at again. The reader moves on first and looks then whether it was told. So one of the two sees the other.
        reader.Await(place);
        return IsBehind(reader, place);
    }

    private static bool IsBehind(Reader reader, long place) =>
        reader.Index >= 0 && !reader.IsOverlooked && !reader.IsGone && reader.Cursor.Position < place;
}
