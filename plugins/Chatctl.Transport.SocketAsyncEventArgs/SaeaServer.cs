using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.SocketAsyncEventArgs;

/// <summary>A server whose operations complete in callbacks.</summary>
internal sealed class SaeaServer(IRoom room, ServerOptions options, ILogger logger, TimeProvider time) : FlushingServer(room, options, logger, time)
{
    /// <inheritdoc/>
    protected override Connection? Receive(Socket socket, Reception reception, out TimeSpan wait) => reception.Receive(socket, Open, out wait);

    private SaeaConnection Open(Socket socket, IMember member)
    {
        var connection = new SaeaConnection(socket, member, Options, Logger, Wake);
        connection.Start();
        return connection;
    }
}
