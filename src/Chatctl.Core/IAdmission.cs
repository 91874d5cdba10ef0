using System.Net;

namespace Chatctl.Core;

/// <summary>Decides which peers may join a room, and how many.</summary>
/// <remarks>Called from any thread, also from several at once, and never under the room's lock. It must not block.</remarks>
public interface IAdmission
{
    /// <summary>Asked about each peer before it joins. While the room drains it is not asked, since no peer is admitted then.</summary>
    /// <param name="remote">Where the peer connects from; null if its transport cannot tell.</param>
    /// <param name="reason">Why not, as the end of "is refused: …". Empty if the peer is admitted.</param>
    /// <returns>Whether it may join. If not, it is evicted before it gets a byte and before a byte of it is taken.</returns>
    bool Admits(EndPoint? remote, out string reason);

    /// <summary>Called once for each peer that was admitted, when it leaves, just before the room stops counting it.</summary>
    /// <param name="remote">The same as in <see cref="Admits"/>.</param>
    void Left(EndPoint? remote);
}
