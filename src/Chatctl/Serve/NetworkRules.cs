using System.Net;
using System.Net.Sockets;

namespace Chatctl.Serve;

/// <summary>From where clients may come. What is denied is denied; if anything is allowed, nothing else is. Unix sockets are not subject to it.</summary>
/// <param name="Allowed">From where alone; from anywhere if empty.</param>
/// <param name="Denied">From where not, even if it is allowed.</param>
internal sealed record NetworkRules(IReadOnlyList<IPNetwork> Allowed, IReadOnlyList<IPNetwork> Denied)
{
    // ::ffff:0:0/96, where IPv4 addresses lie among those of IPv6.
    private const int MappedPrefix = 96;

    /// <summary>Whether a client may come from where it comes from.</summary>
    /// <param name="remote">Its endpoint. One that no rule can be held against is refused as soon as there are rules.</param>
    /// <param name="address">Its address, not mapped, if it has one.</param>
    public bool Admit(EndPoint? remote, IPAddress? address) => remote is UnixDomainSocketEndPoint
        || (address is null
            ? Allowed.Count + Denied.Count == 0
            : !Denied.Any(network => network.Contains(address)) && (Allowed.Count == 0 || Allowed.Any(network => network.Contains(address))));

    /// <summary>Reads a network: <c>10.0.0.0/8</c>, <c>fe80::/10</c>, or an address, which is a network of one.</summary>
    /// <param name="text">As given.</param>
    /// <param name="network">The network; of IPv4, if it is one of mapped addresses.</param>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        if (!IPNetwork.TryParse(text, out IPNetwork parsed))
        {
            // Short forms of IPv4 addresses mean something else than they seem to: 10.1 is 10.0.0.1.
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
