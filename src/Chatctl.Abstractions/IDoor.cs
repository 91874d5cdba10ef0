using System.Net;

namespace Chatctl;

/// <summary>One server's entrance to a room, from <see cref="IRoom.OpenDoor"/>. Dispose it after its last member has left; a wake that is under way then may still come, and must do no harm.</summary>
/// <remarks>Safe for use from any thread.</remarks>
public interface IDoor : IDisposable
{
    /// <summary>
    /// Makes a member of a peer that has just been accepted. It gets every unit that is ordered after this call and none from before.
    /// </summary>
    /// <param name="remote">Where the peer connects from, for the room's limits and log; null when the transport cannot tell.</param>
    /// <returns>
    /// A member, always. One that the room refuses (it is full, or draining) is evicted from the start (<see cref="IMember.IsEvicted"/>), so a
    /// transport needs no special case for it.
    /// </returns>
    IMember Join(EndPoint? remote);
}
