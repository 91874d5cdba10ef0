namespace Chatctl.Core;

/// <content>
/// Receipts. When a member has sent something and finished, it takes the FIN for the receipt of all its lines. So the FIN waits until these lines
/// have been sent to all other members, that is, until their transports have reported that the system has them. A member that lags must not
/// keep all senders waiting. So a receipt waits for it once, for a bounded time. Then no receipt waits for it until it has caught up.
/// </content>
public sealed partial class Room
{
    private static readonly TimeSpan ReceiptLookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ITimer _receiptTimer;

    // Since when the receipt has waited that the timer is set for; long.MaxValue if it is not set.
    private long _receiptTimerSince = long.MaxValue;

    /// <summary>
    /// Whether a member that has got everything may be finished. Its server asks in each pass. Once the answer is true, it stays true.
    /// </summary>
    internal bool IsReceiptDue(Member member)
    {
        bool told;
        bool isLeaving;
        lock (_gate)
        {
            if (member.HasSent && !member.HasReceipt)
            {
                if (!IsDue(member, member.Receipt ??= NewReceipt().Begin(_time.GetTimestamp(), member.StopsAt!.Value)))
                {
                    return false;
                }

                member.HasReceipt = true;
            }

            told = Conclude(member);
            isLeaving = IsLeaving(member);
        }

        if (told)
        {
            Wake();
        }

        return !isLeaving;
    }

    private Receipt NewReceipt() => new(_feed, _sessions?.Log.Feed);

    /// <summary>Whether a receipt that a member waits for may be given. If not, it does not wait too long. Under the lock.</summary>
    private bool IsDue(Member member, Receipt receipt)
    {
        if (receipt.IsDue(member.Reader))
        {
            member.Receipt = null;
            return true;
        }

        if (receipt.Since < _receiptTimerSince)
        {
            TimeSpan left = _options.ReceiptPatience - _time.GetElapsedTime(receipt.Since);
            SetReceiptTimer(receipt.Since, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        return false;
    }

    /// <summary>
    /// Time has passed since a receipt began to wait. The receipts that have waited long enough do not wait any longer for members that
    /// lag.
    /// </summary>
    private void LookAtReceipts()
    {
        List<Reader> laggards = [];
        bool isOver = false;
        lock (_gate)
        {
            _receiptTimerSince = long.MaxValue;
            TimeSpan? next = null;
            long longest = long.MaxValue;
            foreach (Member member in _members)
            {
                if (member.Receipt is { } receipt)
                {
                    TimeSpan left = _options.ReceiptPatience - _time.GetElapsedTime(receipt.Since);
                    if (left <= TimeSpan.Zero)
                    {
                        // It may wait for members that have not had their turn. So there is another look at it.
                        isOver = true;
                        left = ReceiptLookAgain;
                        receipt.MarkOverdue();
                    }

                    next = next is null || left < next ? left : next;
                    longest = Math.Min(longest, receipt.Since);
                }
            }

            if (isOver)
            {
                _feed.OverlookLaggards(laggards);
                _sessions?.Log.Feed.OverlookLaggards(laggards);
            }

            if (next is { } wait)
            {
                SetReceiptTimer(longest, wait);
            }
        }

        laggards.ForEach(laggard => RoomMessages.Overlooked(_logger, laggard.Member));
        if (isOver)
        {
            Wake();
        }
    }

    private void SetReceiptTimer(long since, TimeSpan wait)
    {
        _receiptTimerSince = since;
        _receiptTimer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
