using System.Net.Sockets;

namespace Chatctl.Conformance.Venue;

/// <summary>How the bytes of a peer get to the server and back. This one: as they are.</summary>
/// <param name="socket">The peer's socket. The peer closes it.</param>
internal class Line(Socket socket) : IDisposable
{
    /// <summary>Sends some of the bytes.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="SocketException">The connection has ended.</exception>
    public virtual ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => socket.SendAsync(bytes);

    /// <summary>Receives some bytes.</summary>
    /// <returns>How many; zero at an end that says that the server has finished with this peer.</returns>
    /// <exception cref="SocketException">The connection has ended in another way.</exception>
    public virtual ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => socket.ReceiveAsync(buffer, cancellationToken);

    /// <summary>Says that no more comes, and still receives.</summary>
    public virtual void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>What a client does before it closes without a reset. Nothing if it may just close.</summary>
    public virtual void BeforeClose()
    {
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Whether the connection has ended with a FIN and nothing else, as if the server's process had died.</summary>
    public virtual bool HasEndedAsAtDeath => false;
}
