using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <summary>The options of an accepted socket.</summary>
internal static class SocketTuning
{
    private const int Questions = 6;
    private const int LongestPause = 10;

    // A peer that has closed altogether says no only once its system has forgotten it, on Linux after a minute: then it is asked soon.
    private const int ListenersAreAskedSooner = 4;

    private static readonly LingerOption ResetAtClose = new(enable: true, seconds: 0);
    private static readonly LingerOption FinAtClose = new(enable: false, seconds: 0);

    /// <summary>Readies a socket: non-blocking, small lines leave at once, and what the options say.</summary>
    /// <param name="socket">Just accepted.</param>
    /// <param name="options">What the server was told.</param>
    /// <exception cref="SocketException">The connection has been reset already, and the system refuses options on it.</exception>
    public static void Apply(Socket socket, ServerOptions options)
    {
        socket.Blocking = false;
        if (options.SendBufferBytes is { } bytes)
        {
            socket.SendBufferSize = bytes;
        }

        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
            if (options.KeepAlive is { } silence)
            {
                int seconds = Seconds(silence);
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Min(seconds, LongestPause));
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Questions);
            }
        }
    }

    /// <summary>The peer has half-closed, which looks the same as if it had gone: has it asked after shorter silences.</summary>
    /// <param name="socket">Its socket.</param>
    /// <param name="options">What the server was told.</param>
    /// <exception cref="SocketException">The connection has been reset.</exception>
    public static void AskSooner(Socket socket, ServerOptions options)
    {
        if (socket.ProtocolType == ProtocolType.Tcp && options.KeepAlive is { } silence)
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(silence / ListenersAreAskedSooner));
        }
    }

    /// <summary>
    /// Says how the system ends the connection when its socket is closed, by this process or for it, because it has died. A Unix socket has no resets: its
    /// peer sees one only if the socket was closed with unread input.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="withReset">With a reset; what is still in flight is lost then. Otherwise with a FIN.</param>
    public static void SetEnd(Socket socket, bool withReset)
    {
        if (socket.ProtocolType != ProtocolType.Tcp)
        {
            return;
        }

        try
        {
            socket.LingerState = withReset ? ResetAtClose : FinAtClose;
        }
        catch (SocketException)
        {
            // The peer has reset it first, and the system refuses options on it.
        }
    }

    /// <summary>Closes a socket in such a way that its peer sees a reset, and what is still in flight is lost.</summary>
    /// <param name="socket">Disposed.</param>
    public static void CloseWithReset(Socket socket)
    {
        SetEnd(socket, withReset: true);
        socket.Dispose();
    }

    private static int Seconds(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, short.MaxValue);
}
