using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>
/// Handles accepted sockets and accept errors. There are three kinds of errors. Resources are short: wait, longer each time, and try again. The
/// peer went away before it was accepted: go on at once. The listener is dead: the server ends.
/// </summary>
/// <remarks>For one thread at a time, but for <see cref="Reserve"/> and <see cref="Admit"/>. The three kinds and their handling are those of Garnet's accept handler. accept(2) says which error is of which kind.</remarks>
/// <param name="door">The door through which peers become members.</param>
/// <param name="logger">The log. It gets the beginning and the end of a shortage, for at most one shortage in ten seconds.</param>
/// <param name="time">The clock for these ten seconds.</param>
public sealed class Reception(IDoor door, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    // When the shortage is over, the next peer must get in within a second.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    // At the limit, each peer that leaves ends a shortage, and the next peer begins another. Without this period each would be logged.
    private static readonly TimeSpan TellPeriod = TimeSpan.FromSeconds(10);

    private readonly long _limit = DescriptorLimit.Read();
    private TimeSpan _next = Shortest;
    private bool _short;
    private bool _told;
    private long? _toldAt;

    /// <summary>Lets an accepted peer in. A peer that would take one of the last descriptors is reset instead.</summary>
    /// <param name="socket">The accepted socket. It is disposed if the peer does not get in.</param>
    /// <param name="open">Makes a connection for the socket and its member, and takes both over.</param>
    /// <param name="wait">How long to wait before accepting the next peer; usually zero.</param>
    /// <returns>The peer's connection; null if the peer did not get in.</returns>
    public Connection? Receive(Socket socket, Func<Socket, IMember, Connection> open, out TimeSpan wait) =>
        HasRoomFor(socket, out wait) ? Admit(socket, known: null, open) : null;

    /// <summary>Resets a peer that would take one of the last descriptors.</summary>
    /// <param name="socket">The accepted socket. It is disposed if the answer is false.</param>
    /// <param name="wait">How long to wait before accepting the next peer; usually zero.</param>
    /// <returns>Whether the peer may stay.</returns>
    public bool HasRoomFor(Socket socket, out TimeSpan wait)
    {
        if (DescriptorLimit.IsKept(socket, _limit))
        {
            wait = Refuse(socket, $"nearly all of the {_limit} descriptors are in use");
            return false;
        }

        wait = TimeSpan.Zero;
        Resume();
        return true;
    }

    /// <summary>Asks for a place for a peer that cannot join yet. See <see cref="IDoor.Reserve"/>. From any thread.</summary>
    /// <param name="socket">The accepted socket. It is reset if the answer is null.</param>
    /// <param name="address">The peer's address; null if the answer is.</param>
    public IDisposable? Reserve(Socket socket, out EndPoint? address)
    {
        address = null;
        try
        {
            address = socket.RemoteEndPoint;
        }
        catch (SocketException e)
        {
            SocketMessages.NotAccepted(logger, e.SocketErrorCode);
            socket.Dispose();
            return null;
        }

        IDisposable? place = door.Reserve(address);
        if (place is null)
        {
            SocketTuning.CloseWithReset(socket);
        }

        return place;
    }

    /// <summary>Makes a peer a member. From any thread.</summary>
    /// <param name="socket">The accepted socket. It is disposed if the peer does not get in.</param>
    /// <param name="known">What is known about the peer; null if only its address is.</param>
    /// <param name="open">Makes a connection for the socket and its member, and takes both over.</param>
    /// <returns>The peer's connection; null if the peer has gone.</returns>
    public Connection? Admit(Socket socket, Peer? known, Func<Socket, IMember, Connection> open)
    {
        IMember? member = null;
        try
        {
            member = door.Join(known ?? new Peer(socket.RemoteEndPoint, UserName: PeerUser.Of(socket)));
            return open(socket, member);
        }
        catch (Exception e)
        {
            socket.Dispose();
            member?.Leave();
            if (e is SocketException { SocketErrorCode: var error })
            {
                SocketMessages.NotAccepted(logger, error);
                return null;
            }

            throw;
        }
    }

    /// <summary>Resets a peer because there is no place for it.</summary>
    /// <param name="socket">The accepted socket. It is disposed.</param>
    /// <param name="reason">Why there is no place, for the log.</param>
    /// <returns>How long to wait before accepting the next peer.</returns>
    public TimeSpan Refuse(Socket socket, string reason)
    {
        SocketTuning.CloseWithReset(socket);
        return Wait(reason);
    }

    /// <summary>Says how long to wait after a failed accept.</summary>
    /// <param name="exception">The exception of the accept call.</param>
    /// <returns>Zero to go on at once; otherwise 10 ms, doubled each time up to half a second.</returns>
    /// <exception cref="SocketException">The listener is dead: the same exception again.</exception>
    public TimeSpan Failed(SocketException exception)
    {
        switch (exception.SocketErrorCode)
        {
            case SocketError.WouldBlock or SocketError.Interrupted:
                return TimeSpan.Zero;

            // Linux reports errors of the new connection here, and so do firewalls.
            case SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut or SocketError.NetworkDown or SocketError.NetworkUnreachable
                or SocketError.HostDown or SocketError.HostUnreachable or SocketError.OperationNotSupported or SocketError.ProtocolOption or SocketError.AccessDenied:
                SocketMessages.NotAccepted(logger, exception.SocketErrorCode);
                return TimeSpan.Zero;
            case SocketError.TooManyOpenSockets:
                return Wait("no descriptors are left");

            // SocketError.SocketError stands for all errors without a .NET name. ENOMEM is one of them; none is about the listener.
            case SocketError.NoBufferSpaceAvailable or SocketError.SocketError:
                return Wait(exception.Message);
        }

        ExceptionDispatchInfo.Throw(exception);
        return TimeSpan.Zero;
    }

    private TimeSpan Wait(string reason)
    {
        if (!_short)
        {
            _short = true;
            if (_toldAt is not { } before || time.GetElapsedTime(before) >= TellPeriod)
            {
                _told = true;
                _toldAt = time.GetTimestamp();
                SocketMessages.AcceptPaused(logger, reason);
            }
        }

        TimeSpan wait = _next;
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return wait;
    }

    private void Resume()
    {
        if (_short)
        {
            _short = false;
            _next = Shortest;
            if (_told)
            {
                _told = false;
                SocketMessages.AcceptResumed(logger);
            }
        }
    }
}
