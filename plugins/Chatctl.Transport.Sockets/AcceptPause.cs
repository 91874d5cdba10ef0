using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>
/// What to do when accepting fails. Errors are of three kinds: the listener is dead (the server ends), resources are short (wait, longer
/// each time, and try again), or that one peer went away before it was accepted (go on at once).
/// </summary>
/// <remarks>For one thread at a time. The three kinds and the treatment of each are those of Garnet's accept handler.</remarks>
/// <param name="logger">Told once when a shortage begins, and once when it ends.</param>
public sealed class AcceptPause(ILogger logger)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly long _limit = DescriptorLimit.Read();
    private TimeSpan _next = Shortest;
    private bool _short;

    /// <summary>Accepting has failed: how long to wait before it is tried again.</summary>
    /// <param name="exception">What accepting threw.</param>
    /// <returns>Zero to go on at once, otherwise from 10 ms to 1 s, doubling.</returns>
    /// <exception cref="SocketException">The listener is dead: the same exception again.</exception>
    public TimeSpan Failed(SocketException exception)
    {
        switch (exception.SocketErrorCode)
        {
            case SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.WouldBlock or SocketError.Interrupted
                or SocketError.TimedOut or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostUnreachable:
                return TimeSpan.Zero;
            case SocketError.NotSocket or SocketError.InvalidArgument or SocketError.OperationAborted or SocketError.OperationNotSupported:
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
                break;
        }

        return Wait(exception.SocketErrorCode == SocketError.TooManyOpenSockets ? "no descriptors are left" : exception.Message);
    }

    /// <summary>Accepting has succeeded: whether the peer can stay. One that would take the last descriptors is reset.</summary>
    /// <param name="socket">What was accepted; disposed if the peer cannot stay.</param>
    /// <param name="wait">How long to wait before the next is accepted.</param>
    public bool Admits(Socket socket, out TimeSpan wait)
    {
        if (DescriptorLimit.IsKept(socket, _limit))
        {
            wait = Wait($"nearly all of the {_limit} descriptors are in use");
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
            return false;
        }

        wait = TimeSpan.Zero;
        if (_short)
        {
            _short = false;
            _next = Shortest;
            SocketMessages.AcceptResumed(logger);
        }

        return true;
    }

    private TimeSpan Wait(string reason)
    {
        if (!_short)
        {
            _short = true;
            SocketMessages.AcceptPaused(logger, reason);
        }

        TimeSpan wait = _next;
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return wait;
    }
}
