using Microsoft.Extensions.DependencyInjection;

namespace Chatctl;

/// <summary>
/// What a plugin assembly offers: its transport's name and the registration of its services. One class of the assembly implements it. That class
/// has a public constructor without parameters, and a <see cref="TransportPluginAttribute"/> names it.
/// </summary>
public interface ITransportPlugin
{
    /// <summary>
    /// The name by which users choose the transport (<c>chatctl serve --transport NAME</c>): lower-case letters, digits and hyphens. The folder
    /// in which the plugin is installed has the same name.
    /// </summary>
    string Name { get; }

    /// <summary>The kinds of endpoint it can listen on, as URL schemes: <c>tcp</c>, <c>unix</c>, <c>tls</c>. A door of a scheme uses the transport that is named for it, if that can.</summary>
    IReadOnlyList<string> Schemes { get; }

    /// <summary>
    /// Adds the transport's <see cref="IBroadcastServerFactory"/> as a keyed singleton under <see cref="Name"/>, and the services that the factory
    /// needs. The host has already registered <c>ILoggerFactory</c> and <see cref="TimeProvider"/>.
    /// </summary>
    /// <param name="services">The host's services, not yet built.</param>
    void Register(IServiceCollection services);
}
