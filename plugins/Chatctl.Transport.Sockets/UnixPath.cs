using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The path of a Unix socket: how a server takes it, and how it leaves it to the next server.</summary>
/// <remarks>
/// To take a path, a server binds to it. If a file is there and no process has its socket open, the server removes the file first. To leave the path, the
/// server removes the file if it is still its own. Other servers may do the same at the same time, so each holds a lock on the directory meanwhile.
/// Any program that can read the directory can lock it, and must not keep a server from starting or stopping this way. So a server without the lock
/// still takes a free path and leaves it, but it removes no file of another server.
/// </remarks>
/// <param name="endpoint">The requested path.</param>
internal sealed class UnixPath(UnixDomainSocketEndPoint endpoint)
{
    private const string NotASocket = "a file that is not a socket has this path";
    private static readonly TimeSpan PatienceToTake = TimeSpan.FromSeconds(5);

    // Short, because members wait meanwhile for lines that the server still has to deliver.
    private static readonly TimeSpan PatienceToLeave = TimeSpan.FromSeconds(1);

    // The path is made absolute because the working directory may change. It is not normalized: only the system knows where "link/.." leads.
    private readonly string _path = Path.Combine(Environment.CurrentDirectory, endpoint.ToString());
    private SocketFile? _file;

    private string Directory => Path.GetDirectoryName(_path) ?? _path;

    /// <summary>Takes the path. The file of a socket that no process has open any more is replaced. Any other file is left alone.</summary>
    /// <param name="bind">Makes a socket and binds it to an endpoint.</param>
    /// <param name="mode">Which users may connect, as the permission to write to the file. Set before the socket listens, and nobody can connect before that.</param>
    /// <param name="listen">Makes the socket listen. If this fails, the file is removed and the socket closed.</param>
    /// <exception cref="BindException">Another process or another file has the path.</exception>
    /// <exception cref="SocketException">The system refuses to bind or to listen.</exception>
    public Socket Take(Func<EndPoint, Socket> bind, UnixFileMode mode, Action<Socket> listen)
    {
        EndPoint plain = OperatingSystem.IsWindows() ? endpoint : new PlainEndPoint(endpoint);
        using var hold = DirectoryLock.Take(Directory, PatienceToTake);
        Socket socket;
        try
        {
            socket = bind(plain);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            RemoveAbandoned(hold is not null, e);
            socket = bind(plain);
        }

        _file = SocketFile.At(_path);
        try
        {
            SetMode(mode);
            listen(socket);
            return socket;
        }
        catch
        {
            RemoveOwn();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Removes the file if it is still the server's own.</summary>
    /// <remarks>Call it before the socket is closed. After that the file looks abandoned, and another file may get its number.</remarks>
    /// <param name="logger">The log for a file that cannot be removed.</param>
    public void Leave(ILogger logger)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            using var hold = DirectoryLock.Take(Directory, PatienceToLeave);
            RemoveOwn();
        }
        catch (IOException e)
        {
            SocketMessages.FileStays(logger, _path, e.Message);
        }
    }

    private void SetMode(UnixFileMode mode)
    {
        try
        {
            SocketFile.SetMode(_path, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BindException(endpoint, $"the permissions of the socket cannot be set: {e.Message}", e);
        }
    }

    private void RemoveOwn()
    {
        SocketFile? own = _file;
        _file = null;
        if (own is not null && SocketFile.At(_path) == own)
        {
            SocketFile.Remove(_path);
        }
    }

    private void RemoveAbandoned(bool isLocked, SocketException inUse)
    {
        if (SocketFile.At(_path) is not { } file)
        {
            return;
        }

        string? reason = !file.IsSocket ? NotASocket : Probe() switch
        {
            SocketError.ConnectionRefused when isLocked => null,
            SocketError.ConnectionRefused => "a socket that no server uses has this path, and its directory cannot be locked to replace it: remove the socket first",
            SocketError.NotSocket => NotASocket,
            SocketError.AccessDenied => "permission denied",
            _ => "address already in use",
        };
        if (reason is not null)
        {
            throw new BindException(endpoint, reason, inUse);
        }

        try
        {
            SocketFile.Remove(_path);
        }
        catch (IOException e)
        {
            throw new BindException(endpoint, $"a socket that no server uses has this path, and it cannot be removed: {e.Message}", e);
        }
    }

    /// <summary>Asks whether a process has the socket open.</summary>
    /// <remarks>
    /// The probe is a datagram socket, and a server's is a stream socket. Its connect is refused if no process has the socket open, and fails because of
    /// the type if one has. So the probe also sees a server that does not listen yet, it does not wait for a server that does not accept, and no
    /// server gets a client that says nothing.
    /// </remarks>
    private SocketError Probe()
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>The same address with another type. A socket bound to the base library's type removes any file at its path when it is closed.</summary>
    private sealed class PlainEndPoint(UnixDomainSocketEndPoint endpoint) : EndPoint
    {
        public override AddressFamily AddressFamily => endpoint.AddressFamily;

        public override SocketAddress Serialize() => endpoint.Serialize();

        public override EndPoint Create(SocketAddress socketAddress) => endpoint.Create(socketAddress);
    }
}
