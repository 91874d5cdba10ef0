using System.Reflection;

namespace Chatctl.Hosting;

/// <summary>
/// Which plugins fit this tool. Drift between the two shows up late otherwise, as a method that is missing or has no implementation, and
/// nobody can tell from that what to do.
/// </summary>
internal static class ContractVersion
{
    private static readonly AssemblyName Contract = typeof(ITransportPlugin).Assembly.GetName();

    /// <summary>Compares the contract that an assembly was built against with the one there is. Nothing of the assembly is run for it.</summary>
    /// <param name="plugin">The plugin's assembly.</param>
    /// <param name="origin">Who to name.</param>
    /// <exception cref="PluginException">They do not fit, or the assembly has nothing to do with the contract.</exception>
    public static void Check(Assembly plugin, PluginOrigin origin)
    {
        Version? built = plugin.GetReferencedAssemblies().FirstOrDefault(reference => reference.Name == Contract.Name)?.Version;
        if (built is null)
        {
            throw origin.Fault($"it is not a chatctl plugin: it does not use {Contract.Name}");
        }

        if (!Fits(built, Contract.Version!))
        {
            throw origin.Fault($"it was built against version {built.ToString(2)} of {Contract.Name}, and this tool has {Contract.Version!.ToString(2)}");
        }
    }

    /// <summary>Versions mean what they usually do: a major one breaks, so does a minor one while the major is 0, and a newer minor one adds.</summary>
    /// <param name="built">What the plugin was built against.</param>
    /// <param name="host">What there is.</param>
    public static bool Fits(Version built, Version host) =>
        built.Major == host.Major && (host.Major == 0 ? built.Minor == host.Minor : built.Minor <= host.Minor);
}
