namespace Chatctl;

/// <summary>
/// The room as a transport sees it: a place with doors. What a line is, who gets it, in which order and how long it is kept is the
/// room's business; a transport moves bytes between sockets and members and decides nothing.
/// </summary>
/// <remarks>Safe for use from any thread. One room may be served by several servers of different transports at once.</remarks>
public interface IRoom
{
    /// <summary>Opens a door: the way in for the members of one server, and the way to wake that server.</summary>
    /// <param name="wake">
    /// Called when something may have changed for any member behind this door: bytes are pending, reading may go on, a member is to be
    /// finished or is evicted. The server then looks at every member's <see cref="IMember.IsEvicted"/> and <see cref="IMember.WantsInput"/>, and
    /// asks those that are not waiting for their socket for <see cref="IMember.Pending"/> bytes. It is called on whatever thread caused the change, never under a lock of the room,
    /// often (up to once for each <see cref="IMember.Receive"/> of the whole room), and possibly from within a call that this server
    /// itself makes into the room. So it must be cheap, must not block, must not throw, and may do nothing while a pass is due anyway.
    /// </param>
    /// <returns>The door. The server that opened it disposes it when its last member has left.</returns>
    IDoor OpenDoor(Action wake);
}
