using System.Net;
using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <summary>One listening socket, non-blocking.</summary>
public sealed class Listener : IDisposable
{
    // ENXIO: what open(2) says of a socket's file, and of nothing else that can lie where one is wanted.
    private const int NoSuchDeviceOrAddress = 6;

    private readonly string? _path;
    private readonly DateTime _created;

    private Listener(Socket socket)
    {
        Socket = socket;
        Endpoint = socket.LocalEndPoint!;
        if (Endpoint is UnixDomainSocketEndPoint unix)
        {
            _path = Path.GetFullPath(unix.ToString());
            _created = File.GetLastWriteTimeUtc(_path);
        }
    }

    /// <summary>The socket, which this listener disposes.</summary>
    public Socket Socket { get; }

    /// <summary>Where it listens.</summary>
    public EndPoint Endpoint { get; }

    /// <summary>Binds and listens.</summary>
    /// <param name="endpoint">A TCP or Unix endpoint. A Unix socket's file that nobody listens on any more is replaced; anything else in its place is left alone.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <exception cref="BindException">It cannot be listened on.</exception>
    public static Listener Bind(EndPoint endpoint, int backlog)
    {
        if (endpoint is not (IPEndPoint or UnixDomainSocketEndPoint))
        {
            throw new BindException(endpoint, "not a TCP or Unix endpoint");
        }

        try
        {
            return Open(endpoint, backlog);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && endpoint is UnixDomainSocketEndPoint unix)
        {
            RemoveStale(unix, e);
        }
        catch (SocketException e)
        {
            throw new BindException(endpoint, Reason(endpoint, e), e);
        }

        try
        {
            return Open(endpoint, backlog);
        }
        catch (SocketException e)
        {
            throw new BindException(endpoint, Reason(endpoint, e), e);
        }
    }

    /// <summary>Closes the socket, and removes a Unix socket's file if it is still this one's.</summary>
    public void Dispose()
    {
        if (_path is not null && File.GetLastWriteTimeUtc(_path) != _created)
        {
            // Somebody has put a socket of their own in its place. Disposing the socket would remove that; closing its handle does not.
            Socket.SafeHandle.Dispose();
#pragma warning disable CA1816 // It is the socket that must not be finalized, for the same reason.
            GC.SuppressFinalize(Socket);
#pragma warning restore CA1816
            return;
        }

        Socket.Dispose();
    }

    private static Listener Open(EndPoint endpoint, int backlog)
    {
        bool tcp = endpoint is IPEndPoint;
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, tcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            // Bind sets SO_REUSEADDR for TCP on Unix, so a port whose last owner was killed can be had again at once.
            socket.Blocking = false;
            socket.Bind(endpoint);
            socket.Listen(backlog);
            return new Listener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveStale(UnixDomainSocketEndPoint endpoint, SocketException inUse)
    {
        string path = endpoint.ToString();
        if (!IsSocket(path))
        {
            throw new BindException(endpoint, "there is a file in its place that is not a socket", inUse);
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Its owner was killed before it could remove the file.
            File.Delete(path);
            return;
        }
        catch (SocketException e)
        {
            throw new BindException(endpoint, Reason(endpoint, e), e);
        }

        throw new BindException(endpoint, "address already in use", inUse);
    }

    private static bool IsSocket(string path)
    {
        try
        {
            // For writing too, so that a pipe in its place cannot make this wait for a writer.
            using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (IOException e)
        {
            return e.HResult == NoSuchDeviceOrAddress;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
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
