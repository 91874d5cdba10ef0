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

        if (!_short)
        {
            _short = true;
            SocketMessages.AcceptPaused(logger, exception.Message);
        }

        TimeSpan wait = _next;
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks));
        return wait;
    }

    /// <summary>Accepting has succeeded.</summary>
    public void Succeeded()
    {
        if (_short)
        {
            _short = false;
            _next = Shortest;
            SocketMessages.AcceptResumed(logger);
        }
    }
}
