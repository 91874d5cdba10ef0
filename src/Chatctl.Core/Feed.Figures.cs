namespace Chatctl.Core;

/// <content>The figures of one log, which the room adds to its own. All are under the room's lock.</content>
internal sealed partial class Feed
{
    // What was sent to readers that have left.
    private long _sentBefore;

    /// <summary>How many units readers have missed because they were too slow.</summary>
    public long Skipped { get; private set; }

    /// <summary>How many bytes the log keeps.</summary>
    public long Kept => _log.Kept;

    /// <summary>
    /// How many bytes have been sent to readers, and how far the slowest one lags behind the end. Looks at every reader, so not for every
    /// unit.
    /// </summary>
    public (long Sent, long Lag) Measure()
    {
        (long sent, long lag) = (_sentBefore, 0);
        foreach (Reader reader in _readers)
        {
            sent += reader.Cursor.Taken;
            lag = reader.IsGone ? lag : Math.Max(lag, _log.End.Bytes - reader.Cursor.Position);
        }

        return (sent, lag);
    }
}
