namespace Chatctl.Core;

/// <content>
/// Receipts. A member that has sent something and finished takes the FIN for the receipt of all its lines. So the FIN waits until each of the others
/// has been sent those lines: until its transport has reported that the system has them. A member that lags must not keep all senders waiting. So a receipt
/// waits for it once, for a bounded time, and not again until it has caught up.
/// </content>
public sealed partial class Room
{
    private static readonly TimeSpan ReceiptLookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ITimer _receiptTimer;
    private bool _isReceiptTimerSet;

    // Everything before it has been sent to everyone that receipts wait for. So when many finish at once, one look at all members serves them all.
    private long _sentToAll;

    /// <summary>Whether a member that has got all it was to get may be finished. Asked in each pass of its server; once true, it stays so.</summary>
    internal bool IsReceiptDue(Member member)
    {
        lock (_gate)
        {
            if (!member.HasSent || member.HasReceipt)
            {
                return true;
            }

            long place = member.Cursor.StopsAt;
            if (place > _sentToAll && (member.AwaitedMember is not { } awaited || !IsAwaited(awaited, place)))
            {
                member.AwaitedMember = FindAwaited(member, place);
            }

            if (place <= _sentToAll || member.AwaitedMember is null)
            {
                member.AwaitedMember = null;
                member.HasReceipt = true;
                member.ReceiptAwaitedSince = null;
                return true;
            }

            if (member.ReceiptAwaitedSince is null)
            {
                member.ReceiptAwaitedSince = _time.GetTimestamp();
                SetReceiptTimer(_options.ReceiptPatience);
            }

            return false;
        }
    }

    /// <summary>A member that a receipt has waited for has got as far as it had to, or has gone.</summary>
    internal void TellReached(Member member)
    {
        member.StopAwaiting();
        Wake();
    }

    /// <summary>The member that a receipt has to wait for; null if there is none. Under the lock.</summary>
    private Member? FindAwaited(Member sender, long place)
    {
        long sent = _log.Published;
        for (int i = 1; i < _members.Count; i++)
        {
            // From the sender's place on: the next ones in its server's pass are those that have not been sent anything yet.
            Member other = _members[(sender.Index + i) % _members.Count];
            if (IsAwaited(other, place))
            {
                return other;
            }

            sent = IsBehind(other, sent) ? Math.Min(sent, other.Cursor.Position) : sent;
        }

        _sentToAll = Math.Max(_sentToAll, sent);
        return null;
    }

    /// <summary>Whether a receipt has to wait for a member; if so, the member is told. Under the lock.</summary>
    private static bool IsAwaited(Member member, long place)
    {
        if (!IsBehind(member, place))
        {
            return false;
        }

        // Told first, then looked at again. The member moves on first and looks then whether it was told. So one of the two sees the other.
        member.Await(place);
        return IsBehind(member, place);
    }

    private static bool IsBehind(Member member, long place) =>
        member.Index >= 0 && !member.IsEvicted && !member.IsOverlooked && !member.Cursor.IsClosed && member.Cursor.Position < place;

    /// <summary>Time has passed since a receipt began to wait: those that have waited long enough wait no longer for the members that lag.</summary>
    private void LookAtReceipts()
    {
        long given = 0;
        List<Member>? laggards = null;
        lock (_gate)
        {
            _isReceiptTimerSet = false;
            TimeSpan? next = null;
            foreach (Member member in _members)
            {
                if (member.ReceiptAwaitedSince is { } since)
                {
                    TimeSpan left = _options.ReceiptPatience - _time.GetElapsedTime(since);
                    if (left <= TimeSpan.Zero)
                    {
                        // It may wait for members that have not had their turn, so it is looked at again.
                        (given, left) = (Math.Max(given, member.Cursor.StopsAt), ReceiptLookAgain);
                    }

                    next = next is null || left < next ? left : next;
                }
            }

            foreach (Member member in _members)
            {
                // A member that was not asked for its bytes has only not had its turn.
                if (IsBehind(member, given) && member.Cursor.HasUnsent)
                {
                    member.IsOverlooked = true;
                    (laggards ??= []).Add(member);
                }
            }

            if (next is { } wait)
            {
                SetReceiptTimer(wait);
            }
        }

        laggards?.ForEach(laggard => RoomMessages.Overlooked(_logger, laggard));
        if (given > 0)
        {
            Wake();
        }
    }

    private void SetReceiptTimer(TimeSpan wait)
    {
        if (!_isReceiptTimerSet)
        {
            _isReceiptTimerSet = true;
            _receiptTimer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }
}
