namespace Chatctl.Core;

/// <summary>What becomes of a receiver that stands in the way of a full window.</summary>
public enum SlowPolicy
{
    /// <summary>
    /// Senders are held back. A receiver that frees nothing for <see cref="RoomOptions.StallTimeout"/> is evicted. A pipeline loses
    /// nothing.
    /// </summary>
    Wait,

    /// <summary>
    /// It jumps forward to the start of a unit, so that half of the window is left for it. It gets one notice of how many units and bytes of
    /// others it has missed. Senders are not held back for it.
    /// </summary>
    Skip,

    /// <summary>It is evicted at once. Senders are not held back for it.</summary>
    Disconnect,
}
