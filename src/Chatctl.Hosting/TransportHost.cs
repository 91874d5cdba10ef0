using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>The services of one or more transports. Choosing a transport is a look-up here. Safe for use from any thread.</summary>
/// <remarks>Its maker disposes it, after the servers from its factories.</remarks>
/// <param name="plugins">The transports. Their names must differ.</param>
/// <param name="loggers">The log factory for the transports. The caller still owns it.</param>
/// <param name="time">The clock for the transports.</param>
/// <exception cref="PluginException">A plugin failed to register, or registered no factory under its name.</exception>
public sealed class TransportHost(IEnumerable<TransportPlugin> plugins, ILoggerFactory loggers, TimeProvider time)
    : PluginHost<IBroadcastServerFactory>(plugins, loggers, time)
{
    /// <summary>The factory of one of the transports.</summary>
    /// <param name="name">The transport's name.</param>
    /// <exception cref="PluginException">The factory cannot be made.</exception>
    /// <exception cref="KeyNotFoundException">None of the transports has that name.</exception>
    public IBroadcastServerFactory Factory(string name) => Resolve(name);
}
