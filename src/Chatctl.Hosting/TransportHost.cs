using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>
/// The services of one or more transports: those that the host gives them, and those that they registered. Choosing a transport is a look-up here.
/// Safe for use from any thread.
/// </summary>
/// <remarks>Its maker disposes it, after the servers from its factories. This also disposes the services that the transports registered.</remarks>
public sealed class TransportHost : IDisposable, IAsyncDisposable
{
    private readonly Dictionary<string, TransportPlugin> _plugins;
    private readonly ServiceProvider _services;

    /// <summary>Registers the services that all transports may use, then lets each transport register its own.</summary>
    /// <param name="plugins">The transports. Their names must differ.</param>
    /// <param name="loggers">The log factory for the transports. The caller still owns it.</param>
    /// <param name="time">The clock for the transports.</param>
    /// <exception cref="PluginException">A plugin failed to register, or registered no factory under its name.</exception>
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
    /// <exception cref="KeyNotFoundException">None of the transports has that name.</exception>
    public IBroadcastServerFactory Factory(string name) => _plugins[name].Resolve(_services);

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
