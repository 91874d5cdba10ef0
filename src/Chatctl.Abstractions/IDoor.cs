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
    /// <param name="peer">What the transport knows about the peer, for the room's limits and log.</param>
    /// <returns>
    /// Always a member. If the room refuses the peer, because it is full or drains, the member is evicted from the start
    /// (<see cref="IMember.IsEvicted"/>). So a transport needs no special case for it.
    /// </returns>
    IMember Join(Peer peer);

    /// <summary>
    /// Asks for a place for a peer that cannot join yet, for example because its handshake is under way. A place counts towards the room's limits as
    /// a member does. So a peer that may not join costs no handshake, and peers that never join cannot exceed the limits.
    /// </summary>
    /// <param name="address">Where the peer connects from; null if the transport cannot tell.</param>
    /// <returns>
    /// The place. Dispose it just before <see cref="Join"/>, which asks again, or when the peer is gone. Null if the room refuses the peer: then
    /// reset its connection.
    /// </returns>
    IDisposable? Reserve(EndPoint? address);
}
