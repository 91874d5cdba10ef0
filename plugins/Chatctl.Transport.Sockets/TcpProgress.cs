using System.Buffers.Binary;
using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <summary>How much a TCP peer has taken of what was sent to it.</summary>
/// <param name="Acknowledged">How many bytes it has acknowledged since it connected.</param>
/// <param name="IsInFlight">Whether there are bytes that it has not acknowledged.</param>
internal readonly record struct TcpProgress(ulong Acknowledged, bool IsInFlight)
{
    // IPPROTO_TCP, TCP_INFO, and the offsets of tcpi_unacked, tcpi_bytes_acked and tcpi_notsent_bytes in struct tcp_info of linux/tcp.h.
    private const int Tcp = 6;
    private const int Info = 11;
    private const int Unacknowledged = 24;
    private const int BytesAcknowledged = 120;
    private const int BytesNotSent = 144;
    private const int InfoBytes = 148;

    // TCP_CLOSE, a value of tcpi_state, which is the first byte of struct tcp_info.
    private const byte Closed = 7;

    /// <summary>Whether the peer has reset the connection. Asked before this side closes it.</summary>
    /// <param name="socket">The connection.</param>
    /// <returns>False also if the system cannot tell.</returns>
    public static bool IsClosed(Socket socket)
    {
        Span<byte> state = stackalloc byte[1];
        return TryReadInfo(socket, state) && state[0] == Closed;
    }

    /// <summary>Asks the system how much the peer has taken.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="progress">The answer.</param>
    /// <returns>False if the system cannot tell. Only Linux can, and only for TCP.</returns>
    public static bool TryRead(Socket socket, out TcpProgress progress)
    {
        Span<byte> info = stackalloc byte[InfoBytes];
        bool isRead = TryReadInfo(socket, info);
        progress = isRead
            ? new TcpProgress(
                BinaryPrimitives.ReadUInt64LittleEndian(info[BytesAcknowledged..]),
                BinaryPrimitives.ReadUInt32LittleEndian(info[Unacknowledged..]) + BinaryPrimitives.ReadUInt32LittleEndian(info[BytesNotSent..]) > 0)
            : default;
        return isRead;
    }

    private static bool TryReadInfo(Socket socket, Span<byte> info)
    {
        if (!OperatingSystem.IsLinux() || socket.ProtocolType != ProtocolType.Tcp)
        {
            return false;
        }

        try
        {
            return socket.GetRawSocketOption(Tcp, Info, info) == info.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
