using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <summary>The options of an accepted socket.</summary>
public static class SocketTuning
{
    private const int Questions = 6;
    private const int LongestPause = 10;

    // The system of a peer that has closed completely answers with a reset only after it has forgotten the connection: on Linux, after a minute. So
    // listeners are asked more often, and the next question after that minute comes soon.
    private const int ListenersAreAskedSooner = 4;

    private static readonly LingerOption ResetAtClose = new(enable: true, seconds: 0);
    private static readonly LingerOption FinAtClose = new(enable: false, seconds: 0);

    /// <summary>Sets up a socket: non-blocking, without delay for small lines, and as the options say.</summary>
    /// <param name="socket">A socket that was just accepted.</param>
    /// <param name="options">The server's options.</param>
    /// <exception cref="SocketException">The connection was already reset, and the system refuses options on it.</exception>
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

    /// <summary>Makes the system ask a half-closed peer after shorter silences, because such a peer looks the same as one that has gone.</summary>
    /// <param name="socket">The peer's socket.</param>
    /// <param name="options">The server's options.</param>
    /// <exception cref="SocketException">The connection was reset.</exception>
    public static void AskSooner(Socket socket, ServerOptions options)
    {
        if (socket.ProtocolType == ProtocolType.Tcp && options.KeepAlive is { } silence)
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(silence / ListenersAreAskedSooner));
        }
    }

    /// <summary>
    /// Sets how the system ends the connection when its socket is closed. This process may close it, or the system does so when the process dies. A Unix
    /// socket has no reset: its peer sees an error only if the socket was closed with unread input.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="withReset">True for a reset: what is still in flight is lost. False for a FIN.</param>
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
            // The peer has reset the connection first, and the system refuses options on it.
        }
    }

    /// <summary>Closes a socket with a reset. What is still in flight is lost.</summary>
    /// <param name="socket">The socket. It is disposed.</param>
    public static void CloseWithReset(Socket socket)
    {
        SetEnd(socket, withReset: true);
        socket.Dispose();
    }

    private static int Seconds(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, short.MaxValue);
}
