using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>How far the two ends of a TCP connection have closed it (RFC 9293, section 3.3.2), with the numbers of Linux.</summary>
internal static class TcpState
{
    /// <summary>The connection is gone: both ends have finished, or one has reset it.</summary>
    public const byte Closed = 7;

    /// <summary>The peer's FIN came first. The FIN of this side is sent and not acknowledged.</summary>
    public const byte LastAck = 9;

    /// <summary>The FIN of this side was sent before the peer's FIN came, and is not acknowledged.</summary>
    public const byte Closing = 11;

    private const int IPPROTO_TCP = 6, TCP_INFO = 11;
    private const nuint SIOCOUTQ = 0x5411;

    /// <summary>The state; 0 where it is unknown: on other systems, and for Unix sockets.</summary>
    /// <param name="socket">Must not be disposed.</param>
    public static unsafe byte Of(Socket socket)
    {
        // The state is the first byte of struct tcp_info. The rest is not needed.
        byte state;
        int length = 1;
        return OperatingSystem.IsLinux() && socket.AddressFamily != AddressFamily.Unix
            && Libc.GetSocketOption((int)socket.SafeHandle.DangerousGetHandle(), IPPROTO_TCP, TCP_INFO, &state, &length) == 0 ? state : (byte)0;
    }

    /// <summary>Whether the peer's system has not acknowledged all that was sent; false on other systems.</summary>
    /// <param name="socket">Must not be disposed.</param>
    public static unsafe bool IsUnacknowledged(Socket socket)
    {
        int left = 0;
        return OperatingSystem.IsLinux() && Libc.GetQueueLength((int)socket.SafeHandle.DangerousGetHandle(), SIOCOUTQ, &left) == 0 && left > 0;
    }

    /// <summary>Whether the peer's FIN, or its reset, has arrived, even if nothing has read up to it; false on other systems.</summary>
    /// <param name="socket">Must not be disposed.</param>
    public static unsafe bool PeerHasFinished(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var poll = new Libc.PollDescriptor { Descriptor = (int)socket.SafeHandle.DangerousGetHandle(), Events = Libc.POLLRDHUP };
        return Libc.Poll(&poll, 1, 0) > 0;
    }
}
