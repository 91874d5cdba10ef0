using System.Net;
using System.Net.Sockets;

namespace Chatctl.Serve;

/// <summary>Where clients may come from. A denied network is always denied. If there are allowed networks, all others are denied. The rules do not apply to Unix sockets.</summary>
/// <param name="Allowed">The only networks that clients may come from; empty for all networks.</param>
/// <param name="Denied">The networks that clients may not come from, even if they are allowed.</param>
internal sealed record NetworkRules(IReadOnlyList<IPNetwork> Allowed, IReadOnlyList<IPNetwork> Denied)
{
    // ::ffff:0:0/96 holds the IPv4 addresses among the IPv6 addresses.
    private const int MappedPrefix = 96;

    /// <summary>Whether a client may join from its address.</summary>
    /// <param name="remote">Its endpoint. If no rule can be applied to it, it is refused as soon as there are rules.</param>
    /// <param name="address">Its address, not mapped; null if it has none.</param>
    public bool Admit(EndPoint? remote, IPAddress? address) => remote is UnixDomainSocketEndPoint
        || (address is null
            ? Allowed.Count + Denied.Count == 0
            : !Denied.Any(network => network.Contains(address)) && (Allowed.Count == 0 || Allowed.Any(network => network.Contains(address))));

    /// <summary>Reads a network: <c>10.0.0.0/8</c>, <c>fe80::/10</c>, or an address, which is a network of one address.</summary>
    /// <param name="text">The user's text.</param>
    /// <param name="network">The network. A network of mapped addresses becomes a network of IPv4.</param>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        if (!IPNetwork.TryParse(text, out IPNetwork parsed))
        {
            // Short forms of IPv4 addresses are refused, because they mislead: 10.1 means 10.0.0.1.
            if (!IPAddress.TryParse(text, out IPAddress? address) || (address.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') != 3))
            {
                return false;
            }

            parsed = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        }

        network = parsed.BaseAddress.IsIPv4MappedToIPv6 && parsed.PrefixLength >= MappedPrefix
            ? new IPNetwork(parsed.BaseAddress.MapToIPv4(), parsed.PrefixLength - MappedPrefix)
            : parsed;
        return true;
    }
}
