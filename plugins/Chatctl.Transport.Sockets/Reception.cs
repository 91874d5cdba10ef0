using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>
/// What becomes of an accepted socket, and what to do when accepting fails. Errors are of three kinds: resources are short (wait, longer each
/// time, and try again), that one peer went away before it was accepted (go on at once), or the listener is dead (the server ends).
/// </summary>
/// <remarks>For one thread at a time. The three kinds and the treatment of each are those of Garnet's accept handler; which error is of which kind is in accept(2).</remarks>
/// <param name="door">Where peers become members.</param>
/// <param name="open">Makes a connection of a socket and its member, and takes both over.</param>
/// <param name="logger">Told when a shortage begins and when it ends, but of one in ten seconds at most.</param>
/// <param name="time">The clock for that.</param>
public sealed class Reception(IDoor door, Func<Socket, IMember, Connection> open, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    // Whoever comes when the shortage is over is to be let in within a second.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    // At the limit every peer that leaves ends one shortage, and the next that comes begins another.
    private static readonly TimeSpan TellPeriod = TimeSpan.FromSeconds(10);

    private readonly long _limit = DescriptorLimit.Read();
    private TimeSpan _next = Shortest;
    private bool _short;
    private bool _told;
    private long? _toldAt;

    /// <summary>Accepting has succeeded: lets the peer in. One that would take the last descriptors is reset instead.</summary>
    /// <param name="socket">What was accepted; disposed if the peer does not get in.</param>
    /// <param name="wait">How long to wait before the next is accepted; mostly not at all.</param>
    /// <returns>The peer's connection; null if it has none.</returns>
    public Connection? Receive(Socket socket, out TimeSpan wait)
    {
        if (DescriptorLimit.IsKept(socket, _limit))
        {
            wait = Refuse(socket, $"nearly all of the {_limit} descriptors are in use");
            return null;
        }

        wait = TimeSpan.Zero;
        Resume();
        IMember? member = null;
        try
        {
            member = door.Join(socket.RemoteEndPoint);
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

    /// <summary>Resets a peer for whom there is no place.</summary>
    /// <param name="socket">What was accepted; disposed.</param>
    /// <param name="reason">Why there is none, for the log.</param>
    /// <returns>How long to wait before the next is accepted.</returns>
    public TimeSpan Refuse(Socket socket, string reason)
    {
        SocketTuning.CloseWithReset(socket);
        return Wait(reason);
    }

    /// <summary>Accepting has failed: how long to wait before it is tried again.</summary>
    /// <param name="exception">What accepting threw.</param>
    /// <returns>Zero to go on at once, otherwise from 10 ms to half a second, doubling.</returns>
    /// <exception cref="SocketException">The listener is dead: the same exception again.</exception>
    public TimeSpan Failed(SocketException exception)
    {
        switch (exception.SocketErrorCode)
        {
            case SocketError.WouldBlock or SocketError.Interrupted:
                return TimeSpan.Zero;

            // What has happened to the new connection already, as Linux reports it, and a firewall's word about it.
            case SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut or SocketError.NetworkDown or SocketError.NetworkUnreachable
                or SocketError.HostDown or SocketError.HostUnreachable or SocketError.OperationNotSupported or SocketError.ProtocolOption or SocketError.AccessDenied:
                SocketMessages.NotAccepted(logger, exception.SocketErrorCode);
                return TimeSpan.Zero;
            case SocketError.TooManyOpenSockets:
                return Wait("no descriptors are left");

            // The last of them stands for those that .NET has no name for, of which ENOMEM is one and none is about the listener.
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
