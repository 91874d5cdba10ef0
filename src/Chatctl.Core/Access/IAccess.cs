namespace Chatctl.Core.Access;

/// <summary>Knows who may be in a room, and with which rights.</summary>
/// <remarks>
/// Called from any thread, also from several at once, and under the room's lock. So it must be quick, must not block, and must not call the room. A member
/// that joins while the answers change gets either answer. So first change the answers, and then call <see cref="Room.Reconsider"/>.
/// </remarks>
public interface IAccess
{
    /// <summary>Says who a peer is by what its transport knows.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>Null if that does not say it. Then the peer has to show a token.</returns>
    Principal? Identify(Peer peer);

    /// <summary>Says who a peer is by its token. Called once for each hello that the room can read.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="token">What it has shown as its token.</param>
    TokenAnswer Check(Peer peer, string token);

    /// <summary>Whether somebody may still be in the room, with the same rights and the same proof.</summary>
    /// <param name="principal">An earlier answer.</param>
    bool IsStill(Principal principal);

    /// <summary>Says whose a name is.</summary>
    /// <param name="name">A valid name of a session, perhaps with a number that a second session gets: <c>ann-2</c>.</param>
    /// <returns>The name of the principal that it belongs to; null if everybody may take it.</returns>
    string? OwnerOf(string name);
}
