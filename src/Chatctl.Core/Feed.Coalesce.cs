namespace Chatctl.Core;

/// <content>
/// When readers see what has been ordered: at once, or together with what comes soon after. A flush costs a system call a member, however much
/// it carries. So in a busy room a short wait saves most of them. In a quiet room a unit never waits.
/// </content>
internal sealed partial class Feed
{
    private readonly ITimer? _publishTimer;
    private long _publishedAt = long.MinValue;
    private bool _isPublishDue;

    // So much is published without a wait for more. A larger send saves next to nothing, and the window has to be emptied before it is full.
    private int Enough => Math.Min(64 << 10, _log.SegmentBytes);

    /// <summary>Whether something was appended that readers may not see yet. Under the room's lock.</summary>
    public bool HasUnpublished => _log.Unpublished > 0;

    /// <summary>Lets readers see all that was appended, unless it waits for a commit. Under the room's lock.</summary>
    public void PublishNow()
    {
        if (!_log.Waits)
        {
            _log.Publish();
        }
    }

    /// <summary>Lets readers see what was appended, now or soon. Under the room's lock.</summary>
    /// <returns>Whether they can see something new now, or something waits for a commit: the caller wakes the servers and the commit log.</returns>
    public bool Publish()
    {
        if (_log.Waits)
        {
            return true;
        }

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

    /// <summary>The units that wait for more units have waited long enough.</summary>
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
            _wake();
        }
    }
}
