namespace Chatctl.Core;

/// <content>What the log is told about the window. Nothing of it is under the room's lock.</content>
internal sealed partial class Feed
{
    private readonly Throttle _windowThrottle;

    // Whether the log was told that the window is full, and not yet that it is open. Under the room's lock.
    private bool _fullTold;

    /// <summary>Tells the log what has become of the window.</summary>
    public void Tell(in WindowChange change)
    {
        if (change.BecameFull)
        {
            TellFull();
        }

        foreach (Reader reader in change.Evicted ?? [])
        {
            RoomMessages.Evicted(_logger, reader.Member, change.Reason.Explain());
        }
    }

    /// <summary>Tells of a full window, and so of its opening, at most once a second: a small window fills and opens a thousand times a second.</summary>
    private void TellFull()
    {
        if (!_windowThrottle.TryPass(out long untold))
        {
            return;
        }

        if (untold > 0)
        {
            RoomMessages.WindowFullUntold(_logger, untold);
        }

        RoomMessages.WindowFull(_logger);
        lock (_gate)
        {
            _fullTold = true;
        }

        // Another thread may have opened the window meanwhile. It did not tell the log, because this was not told yet.
        TellOpen();
    }

    private void TellOpen()
    {
        bool tells;
        lock (_gate)
        {
            tells = _fullTold && !_full;
            _fullTold &= _full;
        }

        if (tells)
        {
            RoomMessages.WindowOpen(_logger);
        }
    }

    /// <summary>What has become of the window while the room's lock was held.</summary>
    /// <param name="BecameFull">Whether senders are held back from now on.</param>
    /// <param name="Evicted">The readers whose members were evicted; null if there are none.</param>
    /// <param name="Reason">Why those were evicted.</param>
    internal readonly record struct WindowChange(bool BecameFull, Reader[]? Evicted, EvictionReason Reason)
    {
        /// <summary>Whether members were evicted: the servers have to be woken.</summary>
        public bool HasEvicted => Evicted is not null;
    }
}
