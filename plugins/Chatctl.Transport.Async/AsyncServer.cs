using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Async;

/// <summary>A server that receives from each peer in an asynchronous loop.</summary>
internal sealed class AsyncServer(IRoom room, ServerOptions options, ILogger logger, TimeProvider time) : FlushingServer(room, options, logger, time)
{
    /// <inheritdoc/>
    protected override Connection? Receive(Socket socket, Reception reception, out TimeSpan wait) => reception.Receive(socket, Open, out wait);

    private AsyncConnection Open(Socket socket, IMember member)
    {
        var connection = new AsyncConnection(socket, member, Options, Logger, Wake);
        connection.Start();
        return connection;
    }
}
