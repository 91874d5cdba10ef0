using Microsoft.Extensions.DependencyInjection;

namespace Chatctl;

/// <summary>
/// What a plugin assembly offers: its transport's name and the registration of its services. One class of the assembly implements it, has
/// a public parameterless constructor, and is named by a <see cref="TransportPluginAttribute"/>.
/// </summary>
public interface ITransportPlugin
{
    /// <summary>
    /// The name users choose the transport by (<c>chatctl serve --transport NAME</c>): lower-case letters, digits and hyphens. The folder that
    /// the plugin is installed in has the same name.
    /// </summary>
    string Name { get; }

    /// <summary>The kinds of endpoint it can listen on, as URL schemes: <c>tcp</c>, <c>unix</c>.</summary>
    IReadOnlyList<string> Schemes { get; }

    /// <summary>
    /// Adds the transport's <see cref="IBroadcastServerFactory"/> as a keyed singleton under <see cref="Name"/>, and whatever it needs. The host
    /// has registered <c>ILoggerFactory</c> and <see cref="TimeProvider"/> already.
    /// </summary>
    /// <param name="services">The host's services, not yet built.</param>
    void Register(IServiceCollection services);
}
