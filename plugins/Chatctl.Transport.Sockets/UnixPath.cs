using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The path of a Unix socket: how one server takes it, and how it leaves it to the next.</summary>
/// <remarks>
/// To take a path is to bind, and perhaps before that to find out that nobody is behind the file there and to remove it. To leave it is to find out that the
/// file there is still one's own and to remove it. Another server may do the same at the same time, so each does it under a lock on the directory.
/// Any program that can read the directory can lock it, and that must not keep a server from starting or stopping. So where the lock cannot be had, a
/// path that is free is taken all the same, and left, and no socket's file but one's own is removed.
/// </remarks>
/// <param name="endpoint">The path as it was asked for.</param>
internal sealed class UnixPath(UnixDomainSocketEndPoint endpoint)
{
    private const string NotASocket = "there is a file in its place that is not a socket";
    private static readonly TimeSpan PatienceToTake = TimeSpan.FromSeconds(5);

    // Members wait meanwhile for what the server has still to deliver.
    private static readonly TimeSpan PatienceToLeave = TimeSpan.FromSeconds(1);

    // The working directory may be another one at the end. Beyond that the path stays as it is: "link/.." leads where only the system knows.
    private readonly string _path = Path.Combine(Environment.CurrentDirectory, endpoint.ToString());
    private SocketFile? _file;

    private string Directory => Path.GetDirectoryName(_path) ?? _path;

    /// <summary>Takes the path. A socket's file that no process has open any more is replaced; anything else is left alone.</summary>
    /// <param name="bind">Makes a socket and binds it to an endpoint.</param>
    /// <param name="listen">Makes the socket listen. If this fails, the file is removed and the socket closed.</param>
    /// <exception cref="BindException">It belongs to somebody else.</exception>
    /// <exception cref="SocketException">The system refuses.</exception>
    public Socket Take(Func<EndPoint, Socket> bind, Action<Socket> listen)
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

    /// <summary>Removes the file if it is still the one that was taken.</summary>
    /// <remarks>Comes before the socket is closed: after that the file looks abandoned, and its number may become another's.</remarks>
    /// <param name="logger">Is told if the file has to stay.</param>
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
            SocketError.ConnectionRefused => "nobody serves the socket in its place, and its directory cannot be locked to replace it: remove it first",
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
            throw new BindException(endpoint, $"nobody serves the socket in its place, and it cannot be removed: {e.Message}", e);
        }
    }

    /// <summary>Asks whether a process has the socket open.</summary>
    /// <remarks>
    /// A socket of another type than a server's is refused if there is no such process, and is of the wrong type if there is one. So a server
    /// that has not begun to listen is seen too, one that does not accept is not waited for, and none gets a client that says nothing.
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

    /// <summary>The same address as another type: a socket that was bound to the base library's removes whatever is at its path when it has been closed.</summary>
    private sealed class PlainEndPoint(UnixDomainSocketEndPoint endpoint) : EndPoint
    {
        public override AddressFamily AddressFamily => endpoint.AddressFamily;

        public override SocketAddress Serialize() => endpoint.Serialize();

        public override EndPoint Create(SocketAddress socketAddress) => endpoint.Create(socketAddress);
    }
}
