using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>One listening socket, non-blocking.</summary>
public sealed class Listener : IDisposable
{
    private readonly UnixPath? _path;
    private readonly ILogger _logger;

    private Listener(Socket socket, UnixPath? path, ILogger logger)
    {
        Socket = socket;
        Endpoint = socket.LocalEndPoint!;
        _path = path;
        _logger = logger;
    }

    /// <summary>The socket. This listener disposes it.</summary>
    public Socket Socket { get; }

    /// <summary>The endpoint it listens on.</summary>
    public EndPoint Endpoint { get; }

    /// <summary>Binds and listens.</summary>
    /// <param name="endpoint">A TCP or Unix endpoint. A Unix socket's file that no process has open any more is replaced. Any other file at that path is left alone.</param>
    /// <param name="options">How many connections may wait to be accepted, and who may connect to a Unix socket.</param>
    /// <param name="logger">The log for a Unix socket's file that cannot be removed at the end.</param>
    /// <exception cref="BindException">The server cannot listen on the endpoint.</exception>
    public static Listener Bind(EndPoint endpoint, ServerOptions options, ILogger logger)
    {
        UnixPath? path = endpoint is UnixDomainSocketEndPoint unix ? new UnixPath(unix) : null;
        if (path is null && endpoint is not IPEndPoint)
        {
            throw new BindException(endpoint, "not a TCP or Unix endpoint");
        }

        try
        {
            return new Listener(path?.Take(Bound, options.SocketMode, socket => socket.Listen(options.Backlog)) ?? Listening(endpoint, options.Backlog), path, logger);
        }
        catch (SocketException e)
        {
            throw new BindException(endpoint, Reason(endpoint, e), e);
        }
    }

    /// <summary>Removes a Unix socket's file if it still belongs to this listener, and closes the socket.</summary>
    public void Dispose()
    {
        _path?.Leave(_logger);
        Socket.Dispose();
    }

    private static Socket Listening(EndPoint endpoint, int backlog)
    {
        Socket socket = Bound(endpoint);
        try
        {
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Bound(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, endpoint.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            // Bind sets SO_REUSEADDR for TCP on Unix, so a server can take the port of one that was killed at once.
            socket.Blocking = false;
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(EndPoint endpoint, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "address already in use",
        SocketError.AccessDenied => "permission denied",
        SocketError.AddressNotAvailable when endpoint is IPEndPoint => "not an address of this machine",
        SocketError.AddressFamilyNotSupported => "this machine has no such addresses",
        _ when endpoint is UnixDomainSocketEndPoint && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(endpoint.ToString()!))) => "no such directory",
        _ => e.Message,
    };
}
