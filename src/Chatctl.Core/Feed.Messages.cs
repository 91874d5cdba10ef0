namespace Chatctl.Core;

/// <content>The log messages about the window. None is written under the room's lock.</content>
internal sealed partial class Feed
{
    private readonly Throttle _windowThrottle;

    // Whether the log says that the window is full, and not yet that it is open. Under the room's lock.
    private bool _fullLogged;

    /// <summary>Logs what <see cref="Bound"/> has done with the window. Not under the room's lock.</summary>
    public void Log(in WindowChange change)
    {
        if (change.BecameFull)
        {
            LogFull();
        }

        foreach (Reader reader in change.Evicted ?? [])
        {
            RoomMessages.Evicted(_logger, reader.Member, change.Reason.Explain());
        }
    }

    /// <summary>
    /// Logs that the window is full, at most once a second. So its opening is also logged at most once a second. A small window can fill
    /// and open a thousand times a second.
    /// </summary>
    private void LogFull()
    {
        if (!_windowThrottle.TryPass(out long unlogged))
        {
            return;
        }

        if (unlogged > 0)
        {
            RoomMessages.WindowFullUntold(_logger, unlogged);
        }

        RoomMessages.WindowFull(_logger);
        lock (_gate)
        {
            _fullLogged = true;
        }

        // Another thread may have opened the window meanwhile. It did not log that, because the full window was not logged yet.
        LogOpen();
    }

    private void LogOpen()
    {
        bool isDue;
        lock (_gate)
        {
            isDue = _fullLogged && !_full;
            _fullLogged &= _full;
        }

        if (isDue)
        {
            RoomMessages.WindowOpen(_logger);
        }
    }

    /// <summary>What was done with the window while the room's lock was held. To be logged after that.</summary>
    /// <param name="BecameFull">Whether senders are held back from now on.</param>
    /// <param name="Evicted">The readers whose members were evicted; null if there are none.</param>
    /// <param name="Reason">Why those were evicted.</param>
    internal readonly record struct WindowChange(bool BecameFull, Reader[]? Evicted, EvictionReason Reason)
    {
        /// <summary>Whether members were evicted: the servers have to be woken.</summary>
        public bool HasEvicted => Evicted is not null;
    }
}
