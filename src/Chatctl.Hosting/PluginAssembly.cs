using System.Reflection;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatctl.Hosting;

/// <summary>Loads the assembly of a plugin, and makes its entry class. It is never unloaded, because the runtime compiles code that can be unloaded again at every start.</summary>
internal static class PluginAssembly
{
    /// <summary>Types that the plugin and the tool share. Types that these refer to are shared too, when they are needed.</summary>
    private static readonly Type[] Shared = [typeof(ITransportPlugin), typeof(IServiceCollection), typeof(ILoggerFactory)];

    /// <summary>Loads the plugin of a folder in its own load context. The tool shares the contract, and the types in it, with the plugin.</summary>
    /// <typeparam name="TPlugin">The interface of its entry class.</typeparam>
    /// <param name="kind">What the plugin must bring.</param>
    /// <param name="folder">The plugin's folder.</param>
    /// <exception cref="PluginException">The plugin cannot be used. The message is one line that names the plugin, its file and the reason.</exception>
    public static (TPlugin Plugin, PluginOrigin Origin) Load<TPlugin>(PluginKind kind, PluginFolder folder)
    {
        var origin = new PluginOrigin(folder.Name, folder.FindAssembly());
        Assembly assembly = origin.Try("it cannot be loaded", () =>
            // Lazily, because otherwise the loader loads everything that the shared assemblies refer to, directly or indirectly, before the plugin needs it.
            PluginLoader.CreateFromAssemblyFile(origin.Location, Shared, config => config.IsLazyLoaded = true).LoadDefaultAssembly());
        ContractVersion.Check(assembly, origin);
        Type type = origin.Try("it cannot be loaded", () => kind.EntryOf(assembly)) ?? throw origin.Fault(WhyNot(kind, assembly));
        if (!typeof(TPlugin).IsAssignableFrom(type))
        {
            throw origin.Fault($"{type} does not implement {typeof(TPlugin).Name}");
        }

        if (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
        {
            throw origin.Fault($"{type} has no public parameterless constructor, or is abstract");
        }

        return (origin.Try($"the constructor of {type} failed", () => (TPlugin)Activator.CreateInstance(type)!), origin);
    }

    private static string WhyNot(PluginKind kind, Assembly assembly) =>
        Enum.GetValues<PluginKind>().Where(other => other.EntryOf(assembly) is not null).Select(other => $"it brings a {other.Word()}, and not a {kind.Word()}").FirstOrDefault()
        ?? $"the assembly has no {kind}Plugin attribute, which names its plugin class";
}
