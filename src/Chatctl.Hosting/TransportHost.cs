using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>
/// The services of one or more transports, composed: what the host gives them, and what they registered. Choosing a transport is a look-up
/// in here. Safe for use from any thread.
/// </summary>
/// <remarks>Whoever made it disposes it, after the servers that came from its factories; that disposes what the transports registered.</remarks>
public sealed class TransportHost : IDisposable, IAsyncDisposable
{
    private readonly Dictionary<string, TransportPlugin> _plugins;
    private readonly ServiceProvider _services;

    /// <summary>Registers what transports may count on, then lets each of them register what it has.</summary>
    /// <param name="plugins">The transports, of different names.</param>
    /// <param name="loggers">Where they log to. It stays the caller's.</param>
    /// <param name="time">Where they have the time from.</param>
    /// <exception cref="PluginException">A plugin fails to register, or registers no factory under its name.</exception>
    public TransportHost(IEnumerable<TransportPlugin> plugins, ILoggerFactory loggers, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(time);
        _plugins = plugins.ToDictionary(plugin => plugin.Name);
        foreach (TransportPlugin plugin in _plugins.Values)
        {
            plugin.Register(services);
        }

        _services = services.BuildServiceProvider();
    }

    /// <summary>The factory of one of the transports.</summary>
    /// <param name="name">The transport's name.</param>
    /// <exception cref="PluginException">The factory cannot be made.</exception>
    /// <exception cref="KeyNotFoundException">None of the transports is called that.</exception>
    public IBroadcastServerFactory Factory(string name) => _plugins[name].Resolve(_services);

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
