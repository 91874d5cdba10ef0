namespace Chatctl.Core;

/// <content>
/// When readers see what has been ordered: at once, or together with what comes soon after. A flush costs a system call a member however much
/// it carries, so in a busy room a little patience saves most of them, and a quiet one never waits.
/// </content>
public sealed partial class Room
{
    private readonly ITimer? _publishTimer;
    private long _publishedAt = long.MinValue;
    private bool _isPublishDue;

    // So much goes without waiting for more: a send of more saves next to nothing, and the window is to be emptied before it is full.
    private int Enough => Math.Min(64 << 10, _log.SegmentBytes);

    /// <summary>Lets readers see what has been ordered, or sees to it that they will soon. Under the lock.</summary>
    /// <returns>Whether there is something new for them to see.</returns>
    private bool Publish()
    {
        if (_options.Coalesce is { } coalesce)
        {
            long now = _time.GetTimestamp();
            TimeSpan left = _publishedAt == long.MinValue ? TimeSpan.Zero : coalesce - _time.GetElapsedTime(_publishedAt, now);
            if (left > TimeSpan.Zero && _log.Unpublished < Enough)
            {
                if (!_isPublishDue)
                {
                    _isPublishDue = true;
                    _publishTimer!.Change(left, Timeout.InfiniteTimeSpan);
                }

                return false;
            }

            _publishedAt = now;
        }

        _log.Publish();
        return true;
    }

    /// <summary>What has been ordered has waited for company long enough.</summary>
    private void PublishLate()
    {
        bool any;
        lock (_gate)
        {
            _isPublishDue = false;
            any = _log.Unpublished > 0;
            if (any)
            {
                _log.Publish();
                _publishedAt = _time.GetTimestamp();
            }
        }

        if (any)
        {
            Wake();
        }
    }
}
