using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Async;

/// <summary>Makes <see cref="AsyncServer"/>s.</summary>
internal sealed class AsyncServerFactory(ILoggerFactory loggers, TimeProvider time) : IBroadcastServerFactory
{
    /// <inheritdoc/>
    public IBroadcastServer Create(IRoom room, ServerOptions options) => new AsyncServer(room, options, loggers.CreateLogger<AsyncServer>(), time);
}
