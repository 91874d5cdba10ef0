using System.Reflection;

namespace Chatctl.Hosting;

/// <summary>
/// Checks that a plugin fits this tool. Without the check, a misfit shows late, as a method that is missing or has no implementation, and that error
/// does not say what to do.
/// </summary>
internal static class ContractVersion
{
    private static readonly AssemblyName Contract = typeof(ITransportPlugin).Assembly.GetName();

    /// <summary>Compares the contract version that an assembly was built against with the tool's. This runs no code of the assembly.</summary>
    /// <param name="plugin">The plugin's assembly.</param>
    /// <param name="origin">The plugin to name in an error.</param>
    /// <exception cref="PluginException">The versions do not fit, or the assembly does not use the contract.</exception>
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

    /// <summary>Whether the versions fit, by the usual rules: a new major version breaks, a new minor version adds, and while the major is 0 a minor version breaks too.</summary>
    /// <param name="built">The version that the plugin was built against.</param>
    /// <param name="host">The tool's version.</param>
    public static bool Fits(Version built, Version host) =>
        built.Major == host.Major && (host.Major == 0 ? built.Minor == host.Minor : built.Minor <= host.Minor);
}
