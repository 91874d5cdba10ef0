namespace Chatctl.Hosting;

/// <summary>A backplane that is loaded and fits this tool. Its schemes are those of the addresses that it takes.</summary>
public sealed class BackplanePlugin : Plugin<IBackplaneFactory>
{
    private BackplanePlugin(IBackplanePlugin plugin, PluginOrigin origin)
        : base(origin, plugin, plugin.Name, plugin.Schemes, plugin.Register)
    {
    }

    /// <summary>Loads the plugin of a folder.</summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <exception cref="PluginException">The plugin cannot be used. The message is one line that names the plugin, its file and the reason.</exception>
    public static BackplanePlugin Load(PluginFolder folder)
    {
        (IBackplanePlugin plugin, PluginOrigin origin) = PluginAssembly.Load<IBackplanePlugin>(PluginKind.Backplane, folder);
        return origin.Try("reading its name and schemes failed", () => new BackplanePlugin(plugin, origin));
    }

    /// <summary>Loads the plugin for an address: the one that has the name of the scheme, or else the first one that takes the scheme.</summary>
    /// <param name="catalog">Where to look.</param>
    /// <param name="scheme">The scheme of the address.</param>
    /// <exception cref="PluginException">There is none, or it cannot be used.</exception>
    public static BackplanePlugin ForScheme(PluginCatalog catalog, string scheme)
    {
        IReadOnlyList<PluginFolder> folders = catalog.List(PluginKind.Backplane);
        return folders.FirstOrDefault(folder => folder.Name == scheme) is { } named
            ? Load(named)
            : folders.Select(Load).FirstOrDefault(plugin => plugin.Schemes.Contains(scheme)) ?? throw catalog.Unknown(PluginKind.Backplane, scheme);
    }
}
