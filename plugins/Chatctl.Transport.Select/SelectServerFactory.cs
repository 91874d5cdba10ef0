using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Select;

/// <summary>Makes <see cref="SelectServer"/>s.</summary>
internal sealed class SelectServerFactory(ILoggerFactory loggers, TimeProvider time) : IBroadcastServerFactory
{
    /// <inheritdoc/>
    public IBroadcastServer Create(IRoom room, ServerOptions options) => new SelectServer(room, options, loggers.CreateLogger<SelectServer>(), time);
}
