using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>The services of plugins: those that the host gives them, and those that they registered. Safe for use from any thread.</summary>
/// <remarks>Its maker disposes it, after what its factories have made. This also disposes the services that the plugins registered.</remarks>
/// <typeparam name="TFactory">What each of them registers under its name.</typeparam>
public abstract class PluginHost<TFactory> : IDisposable, IAsyncDisposable
    where TFactory : class
{
    private readonly Dictionary<string, Plugin<TFactory>> _plugins;
    private readonly ServiceProvider _services;

    /// <summary>Registers the services that all plugins may use, then lets each plugin register its own.</summary>
    /// <param name="plugins">The plugins. Their names must differ.</param>
    /// <param name="loggers">The log factory for the plugins. The caller still owns it.</param>
    /// <param name="time">The clock for the plugins.</param>
    /// <exception cref="PluginException">A plugin failed to register, or registered no factory under its name.</exception>
    private protected PluginHost(IEnumerable<Plugin<TFactory>> plugins, ILoggerFactory loggers, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(time);
        _plugins = plugins.ToDictionary(plugin => plugin.Name);
        foreach (Plugin<TFactory> plugin in _plugins.Values)
        {
            plugin.Register(services);
        }

        _services = services.BuildServiceProvider();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _services.DisposeAsync();
    }

    /// <summary>The factory of one of the plugins.</summary>
    private protected TFactory Resolve(string name) => _plugins[name].Resolve(_services);
}
