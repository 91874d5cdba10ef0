namespace Chatctl.Core;

/// <summary>
/// Where units get their place for good. The room orders units and appends them to its feeds. With a commit log, readers see them once it has
/// them, and receipts wait until it has made them as durable as it promises. Without one, readers see them at once.
/// </summary>
/// <remarks>
/// There are two. A journal keeps the order that the room gives. It takes what waits with <see cref="Room.TakeUncommitted"/>, on a thread of its own, and gives it back with <see cref="Room.Commit"/> and
/// <see cref="Room.SettleAll"/>. A backplane gives the order: nothing is in the room before <see cref="Room.Apply"/>.
/// </remarks>
internal interface ICommitLog
{
    /// <summary>
    /// Something may wait. From any thread, not under the room's lock. It must not block.
    /// </summary>
    void Wake();
}
