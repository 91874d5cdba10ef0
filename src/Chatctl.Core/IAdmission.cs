using System.Net;

namespace Chatctl.Core;

/// <summary>Decides who may join a room: how many, and from where.</summary>
/// <remarks>Called from any thread, several at once included, and never under a lock of the room. Must not block.</remarks>
public interface IAdmission
{
    /// <summary>Asked about each peer before it joins, but not while the room drains: nobody is admitted then.</summary>
    /// <param name="remote">Where the peer connects from; null when its transport cannot tell.</param>
    /// <param name="reason">Why not, as the end of "is refused: …"; empty for one that is admitted.</param>
    /// <returns>Whether it may join. If not, it is evicted before it is sent or heard a byte.</returns>
    bool Admits(EndPoint? remote, out string reason);

    /// <summary>Told once of each peer that was admitted, when it leaves and just before the room no longer counts it.</summary>
    /// <param name="remote">As <see cref="Admits"/> was told.</param>
    void Left(EndPoint? remote);
}
