using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Async;

/// <summary>A peer of the <c>async</c> transport.</summary>
internal sealed class AsyncConnection(Socket socket, IMember member, ServerOptions options, ILogger logger, Action wake)
    : AwaitingConnection(socket, member, options, logger, wake)
{
    /// <inheritdoc/>
    protected override ValueTask<int> AwaitInputAsync() => Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);

    /// <inheritdoc/>
    protected override ValueTask<int> SendRestAsync(ReadOnlyMemory<byte> rest) => Socket.SendAsync(rest, SocketFlags.None);
}
