namespace Chatctl.Core;

/// <content>
/// Receipts. A member that has sent something and finished takes the FIN for the receipt of all its lines. So the FIN waits until each of the others
/// has been sent those lines: from then on they are the kernel's to deliver, and not even the death of this process can take them back. A member
/// that lags must not keep all senders waiting, so a receipt waits for it once, for a bounded time, and not again until it has caught up.
/// </content>
public sealed partial class Room
{
    private readonly ITimer _receiptTimer;
    private bool _isReceiptTimerSet;

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
            if (member.AwaitedMember is not { } awaited || !IsAwaited(awaited, place))
            {
                member.AwaitedMember = _members.Find(other => other != member && IsAwaited(other, place));
            }

            if (member.AwaitedMember is null)
            {
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
                    given = left <= TimeSpan.Zero ? Math.Max(given, member.Cursor.StopsAt) : given;
                    next = left > TimeSpan.Zero && (next is null || left < next) ? left : next;
                }
            }

            foreach (Member member in _members)
            {
                if (IsBehind(member, given))
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
