using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>The services of a backplane. Safe for use from any thread.</summary>
/// <remarks>Its maker disposes it, after the backplane from its factory.</remarks>
/// <param name="plugin">The backplane's plugin.</param>
/// <param name="loggers">The log factory for the backplane. The caller still owns it.</param>
/// <param name="time">The clock for the backplane.</param>
/// <exception cref="PluginException">The plugin failed to register, or registered no factory under its name.</exception>
public sealed class BackplaneHost(BackplanePlugin plugin, ILoggerFactory loggers, TimeProvider time)
    : PluginHost<IBackplaneFactory>([plugin], loggers, time)
{
    /// <summary>The plugin's factory.</summary>
    /// <exception cref="PluginException">The factory cannot be made.</exception>
    public IBackplaneFactory Factory => Resolve(plugin.Name);
}
