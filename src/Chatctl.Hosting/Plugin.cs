using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Chatctl.Hosting;

/// <summary>A plugin that is loaded and fits this tool.</summary>
/// <typeparam name="TFactory">What it registers under its name.</typeparam>
public abstract class Plugin<TFactory>
    where TFactory : class
{
    private readonly PluginOrigin _origin;
    private readonly Action<IServiceCollection> _register;

    /// <summary>Checks what the plugin says of itself.</summary>
    /// <param name="origin">Where it is from.</param>
    /// <param name="plugin">Its entry class.</param>
    /// <param name="name">The name that it has by its own account.</param>
    /// <param name="schemes">Its URL schemes.</param>
    /// <param name="register">Adds its services.</param>
    private protected Plugin(PluginOrigin origin, object plugin, string? name, IEnumerable<string> schemes, Action<IServiceCollection> register)
    {
        (_origin, _register) = (origin, register);
        if (name != origin.Name)
        {
            throw origin.Fault($"its name is '{name}', and its folder's name is '{origin.Name}'; the two must be the same");
        }

        Schemes = [.. schemes];
        Version = plugin.GetType().Assembly is var assembly && assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>() is { } version
            ? version.InformationalVersion.Split('+')[0]
            : $"{assembly.GetName().Version}";
    }

    /// <summary>The plugin's name.</summary>
    public string Name => _origin.Name;

    /// <summary>The plugin's own version, without what a build adds after a plus sign.</summary>
    public string Version { get; }

    /// <summary>The URL schemes that it takes.</summary>
    public IReadOnlyList<string> Schemes { get; }

    /// <summary>The file it was loaded from.</summary>
    public string File => _origin.Location;

    /// <summary>Lets the plugin add its services, and checks that its factory is among them.</summary>
    /// <param name="services">The host's services.</param>
    /// <exception cref="PluginException">The plugin failed to register, or registered no factory under its name.</exception>
    internal void Register(IServiceCollection services)
    {
        _origin.Try("registering its services failed", () =>
        {
            _register(services);
            return true;
        });
        if (!services.Any(service => service.IsKeyedService && service.ServiceType == typeof(TFactory) && Name.Equals(service.ServiceKey)))
        {
            throw _origin.Fault($"it registers no {typeof(TFactory).Name} under the key '{Name}'");
        }
    }

    /// <summary>Gets the plugin's factory from the services.</summary>
    /// <param name="services">The services, built after <see cref="Register"/>.</param>
    /// <exception cref="PluginException">The factory cannot be made.</exception>
    internal TFactory Resolve(IServiceProvider services) =>
        _origin.Try("its factory cannot be made", () => services.GetRequiredKeyedService<TFactory>(Name));
}
