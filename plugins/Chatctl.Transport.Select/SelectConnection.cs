using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Select;

/// <summary>A peer of the <c>select</c> transport. One thread receives, flushes, and waits for all sockets at once.</summary>
internal sealed class SelectConnection(Socket socket, IMember member, ServerOptions options, ILogger logger) : Connection(socket, member, options, logger)
{
    /// <inheritdoc/>
    protected override bool IsOnOneThread => true;

    /// <summary>Reads from the socket, because it has input or has ended.</summary>
    /// <param name="buffer">The loop's buffer.</param>
    public void Readable(Memory<byte> buffer) => Receive(buffer);

    /// <summary>Reports that the socket takes bytes again.</summary>
    public void Writable() => Unblock(sent: 0);

    /// <inheritdoc/>
    protected override void AwaitWritable(ReadOnlyMemory<byte> rest)
    {
        // The loop waits for all blocked connections.
    }
}
