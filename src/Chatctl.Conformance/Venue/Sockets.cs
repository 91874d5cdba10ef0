using System.Net;
using System.Net.Sockets;

namespace Chatctl.Conformance.Venue;

/// <summary>Plain stream sockets of any kind.</summary>
internal static class Sockets
{
    /// <summary>A socket for an endpoint, not connected.</summary>
    public static Socket For(EndPoint endpoint) =>
        new(endpoint.AddressFamily, SocketType.Stream, endpoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);

    /// <summary>A listener that is nobody's server.</summary>
    public static Socket Listen(EndPoint endpoint)
    {
        Socket socket = For(endpoint);
        socket.Bind(endpoint);
        socket.Listen();
        return socket;
    }

    /// <summary>Whether this machine has IPv6 on loopback.</summary>
    public static bool HasIPv6()
    {
        try
        {
            using Socket socket = Listen(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
