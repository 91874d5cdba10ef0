using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.SocketAsyncEventArgs;

/// <summary>A server whose operations complete in callbacks.</summary>
internal sealed class SaeaServer(IRoom room, ServerOptions options, ILogger logger, TimeProvider time) : FlushingServer(room, options, logger, time)
{
    /// <inheritdoc/>
    protected override Connection Open(Socket socket, IMember member)
    {
        var connection = new SaeaConnection(socket, member, Options, Logger, Wake);
        connection.Start();
        return connection;
    }
}
