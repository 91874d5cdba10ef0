namespace Chatctl.Core;

/// <summary>Why a room has evicted a member. The numbers are stable.</summary>
public enum EvictionReason
{
    /// <summary>It sent a unit longer than <see cref="RoomOptions.MaxLineBytes"/>.</summary>
    LineTooLong = 0,

    /// <summary>Under <see cref="SlowPolicy.Wait"/>: it freed nothing of a full window for <see cref="RoomOptions.StallTimeout"/>.</summary>
    Stalled = 1,

    /// <summary>Under <see cref="SlowPolicy.Disconnect"/>: it stood in the way of a full window.</summary>
    TooSlow = 2,

    /// <summary>
    /// Under <see cref="SlowPolicy.Skip"/>: it took nothing, and stopped in the middle of a unit that is kept for it alone. Too much is
    /// kept for such members.
    /// </summary>
    Stuck = 3,

    /// <summary>It neither sent nor was sent a byte for the idle timeout.</summary>
    Idle = 4,

    /// <summary>An <see cref="IAdmission"/> did not let it in, or it did not show in time who it is.</summary>
    Refused = 5,

    /// <summary>It joined while the room drained.</summary>
    Draining = 6,

    /// <summary>
    /// Unfinished lines took more than <see cref="RoomOptions.MaxUnfinishedBytes"/> together. Among the lines that took at least half the
    /// average, its line had been unfinished the longest.
    /// </summary>
    Unfinished = 7,

    /// <summary>It opened a session and did not keep to its protocol, or did not read the errors that it caused.</summary>
    Protocol = 8,

    /// <summary>Its session has another connection now.</summary>
    Replaced = 9,

    /// <summary>It sent something, and has no right to write.</summary>
    Rights = 10,

    /// <summary>It may not be in the room any more, or has other rights now.</summary>
    Revoked = 11,

    /// <summary>It has a session, and lines that it may have got were lost for others. With its next connection it learns which.</summary>
    Renumbered = 12,
}
