using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>A client that sends and receives bare lines.</summary>
/// <param name="socket">A non-blocking socket. This object disposes it.</param>
/// <param name="number">The number of this client.</param>
/// <param name="checker">Gets the bytes that arrive.</param>
/// <param name="buffer">Where bytes arrive; all clients share it. It has room for two lines at least.</param>
/// <param name="size">Bytes a line.</param>
internal sealed class PlainClient(Socket socket, int number, Checker checker, byte[] buffer, int size) : Client
{
    // The beginning of a line that has not arrived completely.
    private readonly byte[] _rest = new byte[size];
    private int _restLength;
    private ReadOnlyMemory<byte> _unsent;

    /// <inheritdoc/>
    public override bool IsBlocked => !_unsent.IsEmpty;

    /// <inheritdoc/>
    public override void Send(ReadOnlyMemory<byte> lines)
    {
        _unsent = lines;
        Push();
    }

    /// <inheritdoc/>
    public override void Push() => _unsent = _unsent[Push(socket, _unsent.Span)..];

    /// <inheritdoc/>
    public override bool Receive(long now)
    {
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        int count = socket.Receive(buffer.AsSpan(_restLength), SocketFlags.None, out SocketError error);
        if (count <= 0)
        {
            return error == SocketError.WouldBlock;
        }

        int length = _restLength + count;
        int taken = checker.Take(number, buffer.AsSpan(0, length), now);
        _restLength = length - taken;
        buffer.AsSpan(taken, _restLength).CopyTo(_rest);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => socket.Dispose();
}
