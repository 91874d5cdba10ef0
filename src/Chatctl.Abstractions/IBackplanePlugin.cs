using Microsoft.Extensions.DependencyInjection;

namespace Chatctl;

/// <summary>
/// What a plugin assembly offers that brings a backplane: its name and the registration of its services. One class of the assembly implements it. That class
/// has a public constructor without parameters, and a <see cref="BackplanePluginAttribute"/> names it.
/// </summary>
public interface IBackplanePlugin
{
    /// <summary>The plugin's name: lower-case letters, digits and hyphens. The folder in which the plugin is installed has the same name.</summary>
    string Name { get; }

    /// <summary>The URL schemes of the addresses that it takes: <c>redis</c>, <c>rediss</c>. One of them is the plugin's name.</summary>
    IReadOnlyList<string> Schemes { get; }

    /// <summary>
    /// Adds its <see cref="IBackplaneFactory"/> as a keyed singleton under <see cref="Name"/>, and the services that the factory needs. The host has already
    /// registered <c>ILoggerFactory</c> and <see cref="TimeProvider"/>.
    /// </summary>
    /// <param name="services">The host's services, not yet built.</param>
    void Register(IServiceCollection services);
}
