using Chatctl.Cli;
using Chatctl.Hosting;

namespace Chatctl.Serve;

/// <summary>Finds the plugin of a transport by the name that the user wrote.</summary>
internal static class TransportLookup
{
    /// <summary>Finds the folder of one transport.</summary>
    /// <param name="catalog">Where to look.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="PluginException">There is no such transport. The message says which there are.</exception>
    /// <exception cref="UsageException">There is one whose name differs only in capital letters. The message says what to do.</exception>
    public static PluginFolder Named(this PluginCatalog catalog, string name)
    {
        try
        {
            return catalog.Find(PluginKind.Transport, name);
        }
        catch (PluginException) when (InAnotherCase(catalog, name) is { } advice)
        {
            throw new UsageException($"unknown transport '{name}': {advice}");
        }
    }

    /// <returns>What is there in another case, and what to do; null if nothing is.</returns>
    private static string? InAnotherCase(PluginCatalog catalog, string name)
    {
        string lower = name.ToLowerInvariant();
        if (lower != name && catalog.List(PluginKind.Transport).Any(folder => folder.Name == lower))
        {
            return $"names of transports are in lower case; did you mean '{lower}'?";
        }

        string? folder = catalog.Roots.Where(Directory.Exists).SelectMany(Directory.GetDirectories)
            .FirstOrDefault(directory => Path.GetFileName(directory).Equals(name, StringComparison.OrdinalIgnoreCase));
        return folder is null ? null : $"plugin folders have lower-case names; rename {folder} to {lower}, and ask for '{lower}'";
    }
}
