using System.Reflection;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>A plugin that is loaded and fits this tool. Nothing unloads it: code that can be unloaded is compiled anew at every start.</summary>
public sealed class TransportPlugin
{
    /// <summary>What plugin and tool must see as the same types. What these refer to is shared with them, as it is needed.</summary>
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
            throw origin.Fault($"it is called '{name}', and its folder '{origin.Name}'; the two must be the same");
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

    /// <summary>Loads the plugin in a folder, in a load context of its own; the contract and what the contract shows are shared with it.</summary>
    /// <param name="folder">Where it is.</param>
    /// <exception cref="PluginException">It cannot be used: one line that names the plugin, the file and the reason.</exception>
    public static TransportPlugin Load(PluginFolder folder)
    {
        var origin = new PluginOrigin(folder.Name, folder.FindAssembly());
        Assembly assembly = origin.Try("it cannot be loaded", () =>
            // Lazily, or the loader loads everything that the shared assemblies refer to, directly or not, before the plugin needs it.
            PluginLoader.CreateFromAssemblyFile(origin.Location, Shared, config => config.IsLazyLoaded = true).LoadDefaultAssembly());
        ContractVersion.Check(assembly, origin);
        Type type = origin.Try("it cannot be loaded", () => assembly.GetCustomAttribute<TransportPluginAttribute>()?.PluginType)
            ?? throw origin.Fault("the assembly has no TransportPlugin attribute, which says what its plugin class is");
        if (!typeof(ITransportPlugin).IsAssignableFrom(type))
        {
            throw origin.Fault($"{type} does not implement {nameof(ITransportPlugin)}");
        }

        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw origin.Fault($"{type} has no public parameterless constructor, or is abstract");
        }

        var plugin = origin.Try($"the constructor of {type} failed", () => (ITransportPlugin)Activator.CreateInstance(type)!);
        return origin.Try("it does not say what it is", () => new TransportPlugin(plugin, origin));
    }

    /// <summary>Lets the plugin add its services, and sees to it that its factory is among them.</summary>
    /// <param name="services">The host's.</param>
    /// <exception cref="PluginException">It fails to, or registers no factory under its name.</exception>
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

    /// <summary>The plugin's factory, out of the services that it was registered with.</summary>
    /// <param name="services">Built after <see cref="Register"/>.</param>
    /// <exception cref="PluginException">It cannot be made.</exception>
    internal IBroadcastServerFactory Resolve(IServiceProvider services) =>
        _origin.Try("its server factory cannot be made", () => services.GetRequiredKeyedService<IBroadcastServerFactory>(Name));
}
