using System.Net;

namespace Chatctl;

/// <summary>
/// One server's entrance to a room, from <see cref="IRoom.OpenDoor"/>. Dispose it after its last member has left. A wake that is under way
/// at that moment may still come, and must do no harm.
/// </summary>
/// <remarks>Safe for use from any thread.</remarks>
public interface IDoor : IDisposable
{
    /// <summary>
    /// Makes a member of a peer that was just accepted. The member gets every unit that is ordered after this call, and none from before.
    /// </summary>
    /// <param name="remote">Where the peer connects from, for the room's limits and log; null if the transport cannot tell.</param>
    /// <returns>
    /// Always a member. If the room refuses the peer, because it is full or drains, the member is evicted from the start
    /// (<see cref="IMember.IsEvicted"/>). So a transport needs no special case for it.
    /// </returns>
    IMember Join(EndPoint? remote);
}
