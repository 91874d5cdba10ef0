using System.Net.Sockets;

namespace Chatctl.Connect;

/// <summary>The bytes as they are. The ends are the system's FINs.</summary>
/// <param name="socket">Connected and blocking. It is disposed with this.</param>
internal sealed class PlainWire(Socket socket) : Wire(socket)
{
    public override bool HasBytes(Memory<byte> buffer) => false;

    public override int? Receive(Memory<byte> buffer, out SocketError error) => Socket.Receive(buffer.Span, SocketFlags.None, out error);

    public override bool TrySend(ReadOnlySpan<byte> bytes, out int handed) => (SendError = Send(Socket, bytes, out handed)) == 0;

    public override void AwaitSpace()
    {
        // A FIN needs no space.
    }

    public override bool TryFinish(out bool peerWasFirst)
    {
        peerWasFirst = TcpState.PeerHasFinished(Socket);
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
            peerWasFirst |= TcpState.Of(Socket) == TcpState.LastAck;
            return true;
        }
        catch (SocketException)
        {
            // The peer reset the connection, so it will not confirm anything. The receiving side reports the reset.
            return false;
        }
    }

    // While this side's FIN is not acknowledged, the peer's FIN cannot be the answer to it.
    public override bool HasCrossed() => TcpState.Of(Socket) is TcpState.Closing or TcpState.LastAck;

    public override void Leave()
    {
        // To close the socket is to say goodbye.
    }
}
