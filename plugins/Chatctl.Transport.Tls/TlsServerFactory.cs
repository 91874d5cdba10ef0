using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Tls;

/// <summary>Makes <see cref="TlsServer"/>s.</summary>
internal sealed class TlsServerFactory(ILoggerFactory loggers, TimeProvider time) : IBroadcastServerFactory
{
    /// <inheritdoc/>
    public IBroadcastServer Create(IRoom room, ServerOptions options) => new TlsServer(room, options, loggers.CreateLogger<TlsServer>(), time);
}
