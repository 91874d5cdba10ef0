using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Hosting;

namespace Chatctl.Serve;

/// <summary>
/// The transport of each door. A door without a name has the transport of <c>--transport</c>, if that is given. A door with TLS has it only if it
/// speaks TLS: otherwise <c>--transport</c> would leave no door with TLS beside others.
/// </summary>
/// <param name="catalog">Where the plugins are.</param>
/// <param name="asked">The value of <c>--transport</c>; null if it is not given.</param>
internal sealed class DoorTransports(PluginCatalog catalog, string? asked)
{
    private const string Usual = "select";
    private const string UsualWithTls = "tls";

    private readonly Dictionary<string, TransportPlugin> _loaded = [];

    /// <summary>The name of the transport of a door that names none.</summary>
    /// <param name="endpoint">Where the door is.</param>
    /// <exception cref="PluginException">The plugin of <c>--transport</c> cannot be used.</exception>
    public string For(Endpoint endpoint) =>
        endpoint is not TlsEndpoint ? asked ?? Usual
        : asked is not null && Plugin(asked).Schemes.Contains(endpoint.Scheme) ? asked
        : UsualWithTls;

    /// <summary>Loads the transports of doors.</summary>
    /// <param name="doors">The doors.</param>
    /// <returns>The transports, each once.</returns>
    /// <exception cref="PluginException">A plugin cannot be used.</exception>
    /// <exception cref="UsageException">A transport cannot listen where it should.</exception>
    public IReadOnlyList<TransportPlugin> Load(IReadOnlyList<RoomDoor> doors)
    {
        foreach (RoomDoor door in doors)
        {
            if (Plugin(door.Transport) is var plugin && !plugin.Schemes.Contains(door.Endpoint.Scheme))
            {
                throw new UsageException(
                    $"the transport '{plugin.Name}' cannot listen at {door.Endpoint}: its endpoints begin with {string.Join(" or ", plugin.Schemes.Select(scheme => $"{scheme}:"))}");
            }
        }

        return [.. doors.Select(door => door.Transport).Distinct().Select(Plugin)];
    }

    private TransportPlugin Plugin(string name) => _loaded.TryGetValue(name, out TransportPlugin? plugin) ? plugin : _loaded[name] = TransportPlugin.Load(catalog.Named(name));
}
