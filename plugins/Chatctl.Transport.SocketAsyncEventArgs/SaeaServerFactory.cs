using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.SocketAsyncEventArgs;

/// <summary>Makes <see cref="SaeaServer"/>s.</summary>
internal sealed class SaeaServerFactory(ILoggerFactory loggers, TimeProvider time) : IBroadcastServerFactory
{
    /// <inheritdoc/>
    public IBroadcastServer Create(IRoom room, ServerOptions options) => new SaeaServer(room, options, loggers.CreateLogger<SaeaServer>(), time);
}
