namespace Chatctl.Core;

/// <summary>Why the room has a member's connection reset.</summary>
internal enum EvictionReason
{
    /// <summary>It is not evicted.</summary>
    None,

    /// <summary>It sent a unit longer than <see cref="RoomOptions.MaxLineBytes"/>.</summary>
    LineTooLong,

    /// <summary>It stood in the way of a full window for <see cref="RoomOptions.StallTimeout"/>.</summary>
    Stalled,

    /// <summary>It came while the room was draining.</summary>
    Draining,
}
