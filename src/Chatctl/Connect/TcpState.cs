using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>How far the two ends of a TCP connection have come in closing it (RFC 9293, section 3.3.2), as Linux numbers it.</summary>
internal static class TcpState
{
    /// <summary>Nothing is left of the connection: both have finished, or one has reset it.</summary>
    public const byte Closed = 7;

    /// <summary>The peer's FIN came first, and ours is under way.</summary>
    public const byte LastAck = 9;

    /// <summary>Ours was under way when the peer's FIN came, and is not acknowledged.</summary>
    public const byte Closing = 11;

    private const int IPPROTO_TCP = 6, TCP_INFO = 11;

    /// <summary>The state; 0 where it cannot be known: on other systems, and of Unix sockets.</summary>
    /// <param name="socket">Not disposed.</param>
    public static unsafe byte Of(Socket socket)
    {
        // The first byte of struct tcp_info, and the rest is not asked for.
        byte state;
        int length = 1;
        return OperatingSystem.IsLinux() && socket.AddressFamily != AddressFamily.Unix
            && Libc.GetSocketOption((int)socket.SafeHandle.DangerousGetHandle(), IPPROTO_TCP, TCP_INFO, &state, &length) == 0 ? state : (byte)0;
    }
}
