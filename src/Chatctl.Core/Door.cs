using System.Net;

namespace Chatctl.Core;

/// <summary>One server's entrance to the room.</summary>
internal sealed class Door(Room room, Action wake) : IDoor
{
    /// <summary>Tells the server to look at its members again. Never called under the room's lock.</summary>
    public void Wake() => wake();

    /// <inheritdoc/>
    public IMember Join(Peer peer) => room.Join(peer);

    /// <inheritdoc/>
    public IDisposable? Reserve(EndPoint? address) => room.Reserve(address);

    /// <inheritdoc/>
    public void Dispose() => room.CloseDoor(this);
}
