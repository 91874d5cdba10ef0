namespace Chatctl.Hosting;

/// <summary>A transport that is loaded and fits this tool. Its schemes are the kinds of endpoint that it can listen on.</summary>
public sealed class TransportPlugin : Plugin<IBroadcastServerFactory>
{
    private TransportPlugin(ITransportPlugin plugin, PluginOrigin origin)
        : base(origin, plugin, plugin.Name, plugin.Schemes, plugin.Register)
    {
    }

    /// <summary>Loads the plugin of a folder.</summary>
    /// <param name="folder">The plugin's folder.</param>
    /// <exception cref="PluginException">The plugin cannot be used. The message is one line that names the plugin, its file and the reason.</exception>
    public static TransportPlugin Load(PluginFolder folder)
    {
        (ITransportPlugin plugin, PluginOrigin origin) = PluginAssembly.Load<ITransportPlugin>(PluginKind.Transport, folder);
        return origin.Try("reading its name and schemes failed", () => new TransportPlugin(plugin, origin));
    }
}
