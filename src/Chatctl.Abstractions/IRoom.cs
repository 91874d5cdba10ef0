namespace Chatctl;

/// <summary>
/// The room as a transport sees it: a place with doors. The room decides what a line is, which members get it, in which order, and how long it
/// is kept. A transport moves bytes between sockets and members, and decides nothing.
/// </summary>
/// <remarks>Safe for use from any thread. One room may be served by several servers of different transports at once.</remarks>
public interface IRoom
{
    /// <summary>Opens a door: the way in for the members of one server, and the way to wake that server.</summary>
    /// <param name="wake">
    /// Called when something may have changed for any member behind this door: bytes are pending, reading may go on, or a member is finished
    /// or evicted. The server then looks at <see cref="IMember.IsEvicted"/> and <see cref="IMember.WantsInput"/> of every member. It asks the
    /// members that do not wait for their socket for <see cref="IMember.Pending"/> bytes.
    /// The call comes on the thread that caused the change, and never under a lock of the room. It comes often: up to once for each
    /// <see cref="IMember.Receive"/> of the whole room. It may come from within a call that this server itself makes into the room. So it must be
    /// cheap, must not block and must not throw. It may do nothing while a pass is due anyway.
    /// </param>
    /// <returns>The door. The server that opened it disposes it when its last member has left.</returns>
    IDoor OpenDoor(Action wake);
}
