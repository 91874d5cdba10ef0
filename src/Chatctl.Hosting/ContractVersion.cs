using System.Reflection;
using System.Runtime.Loader;

namespace Chatctl.Hosting;

/// <summary>
/// Checks that a plugin fits this tool. Without the check, a misfit shows late, as a method that is missing or has no implementation, and that error
/// does not say what to do.
/// </summary>
internal static class ContractVersion
{
    private static readonly AssemblyName Contract = typeof(ITransportPlugin).Assembly.GetName();

    /// <summary>
    /// Compares the contract version that an assembly was built against with the tool's. The same for the libraries that it brings: they may call the
    /// contract too. This runs no code of them.
    /// </summary>
    /// <param name="plugin">The plugin's assembly.</param>
    /// <param name="origin">The plugin to name in an error.</param>
    /// <exception cref="PluginException">The versions do not fit, or the assembly does not use the contract.</exception>
    public static void Check(Assembly plugin, PluginOrigin origin)
    {
        AssemblyName[] references = plugin.GetReferencedAssemblies();
        Version built = BuiltAgainst(references) ?? throw origin.Fault($"it is not a chatctl plugin: it does not use {Contract.Name}");
        if (!Fits(built, Contract.Version!))
        {
            throw Misfit("it", built);
        }

        string folder = Path.GetDirectoryName(origin.Location)!;
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(plugin)!;
        foreach (AssemblyName reference in references.Where(reference => File.Exists(Path.Combine(folder, $"{reference.Name}.dll"))))
        {
            Assembly library = origin.Try($"its library {reference.Name} cannot be loaded", () => context.LoadFromAssemblyName(reference));
            if (BuiltAgainst(library.GetReferencedAssemblies()) is { } older && !Fits(older, Contract.Version!))
            {
                throw Misfit($"its library {reference.Name}", older);
            }
        }

        PluginException Misfit(string what, Version version) => origin.Fault(
            $"{what} was built against version {version.ToString(2)} of {Contract.Name}, and this tool has {Contract.Version!.ToString(2)}; it must be built again");
    }

    private static Version? BuiltAgainst(AssemblyName[] references) => Array.Find(references, reference => reference.Name == Contract.Name)?.Version;

    /// <summary>Whether the versions fit, by the usual rules: a new major version breaks, a new minor version adds, and while the major is 0 a minor version breaks too.</summary>
    /// <param name="built">The version that the plugin was built against.</param>
    /// <param name="host">The tool's version.</param>
    public static bool Fits(Version built, Version host) =>
        built.Major == host.Major && (host.Major == 0 ? built.Minor == host.Minor : built.Minor <= host.Minor);
}
