using System.Reflection;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>A plugin that is loaded and fits this tool. It is never unloaded, because the runtime compiles code that can be unloaded again at every start.</summary>
public sealed class TransportPlugin
{
    /// <summary>Types that the plugin and the tool share. Types that these refer to are shared too, when they are needed.</summary>
    private static readonly Type[] Shared = [typeof(ITransportPlugin), typeof(IServiceCollection), typeof(ILoggerFactory)];

    private readonly ITransportPlugin _plugin;
    private readonly PluginOrigin _origin;

    private TransportPlugin(ITransportPlugin plugin, PluginOrigin origin)
    {
        _plugin = plugin;
        _origin = origin;
        string? name = plugin.Name;
        if (name != origin.Name)
        {
            throw origin.Fault($"its name is '{name}', and its folder's name is '{origin.Name}'; the two must be the same");
        }

        Schemes = [.. plugin.Schemes];
        Version = plugin.GetType().Assembly is var assembly && assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>() is { } version
            ? version.InformationalVersion.Split('+')[0]
            : $"{assembly.GetName().Version}";
    }

    /// <summary>The transport's name.</summary>
    public string Name => _origin.Name;

    /// <summary>The plugin's own version, without what a build adds after a plus sign.</summary>
    public string Version { get; }

    /// <summary>The kinds of endpoint it can listen on, as URL schemes.</summary>
    public IReadOnlyList<string> Schemes { get; }

    /// <summary>The file it was loaded from.</summary>
    public string File => _origin.Location;

    /// <summary>Loads the plugin of a folder in its own load context. The tool shares the contract, and the types in it, with the plugin.</summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <exception cref="PluginException">The plugin cannot be used. The message is one line that names the plugin, its file and the reason.</exception>
    public static TransportPlugin Load(PluginFolder folder)
    {
        var origin = new PluginOrigin(folder.Name, folder.FindAssembly());
        Assembly assembly = origin.Try("it cannot be loaded", () =>
            // Lazily, because otherwise the loader loads everything that the shared assemblies refer to, directly or indirectly, before the plugin needs it.
            PluginLoader.CreateFromAssemblyFile(origin.Location, Shared, config => config.IsLazyLoaded = true).LoadDefaultAssembly());
        ContractVersion.Check(assembly, origin);
        Type type = origin.Try("it cannot be loaded", () => assembly.GetCustomAttribute<TransportPluginAttribute>()?.PluginType)
            ?? throw origin.Fault("the assembly has no TransportPlugin attribute, which names its plugin class");
        if (!typeof(ITransportPlugin).IsAssignableFrom(type))
        {
            throw origin.Fault($"{type} does not implement {nameof(ITransportPlugin)}");
        }

        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw origin.Fault($"{type} has no public parameterless constructor, or is abstract");
        }

        var plugin = origin.Try($"the constructor of {type} failed", () => (ITransportPlugin)Activator.CreateInstance(type)!);
        return origin.Try("reading its name and schemes failed", () => new TransportPlugin(plugin, origin));
    }

    /// <summary>Lets the plugin add its services, and checks that its factory is among them.</summary>
    /// <param name="services">The host's services.</param>
    /// <exception cref="PluginException">The plugin failed to register, or registered no factory under its name.</exception>
    internal void Register(IServiceCollection services)
    {
        _origin.Try("registering its services failed", () =>
        {
            _plugin.Register(services);
            return true;
        });
        if (!services.Any(service => service.IsKeyedService && service.ServiceType == typeof(IBroadcastServerFactory) && Name.Equals(service.ServiceKey)))
        {
            throw _origin.Fault($"it registers no {nameof(IBroadcastServerFactory)} under the key '{Name}'");
        }
    }

    /// <summary>Gets the plugin's factory from the services.</summary>
    /// <param name="services">The services, built after <see cref="Register"/>.</param>
    /// <exception cref="PluginException">The factory cannot be made.</exception>
    internal IBroadcastServerFactory Resolve(IServiceProvider services) =>
        _origin.Try("its server factory cannot be made", () => services.GetRequiredKeyedService<IBroadcastServerFactory>(Name));
}
