using System.Net;
using System.Net.Sockets;

namespace Chatctl.Conformance.Venue;

/// <summary>Plain stream sockets, TCP or Unix.</summary>
internal static class Sockets
{
    /// <summary>Makes a socket for an endpoint, and does not connect it.</summary>
    public static Socket For(EndPoint endpoint) =>
        new(endpoint.AddressFamily, SocketType.Stream, endpoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);

    /// <summary>Makes a listening socket that belongs to no server.</summary>
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
