using System.Net;

namespace Chatctl;

/// <summary>
/// A transport at work: it listens on its endpoints, makes a member of each peer it accepts, and moves bytes between the peers and the room.
/// </summary>
/// <remarks>
/// Whoever created it disposes it, whether it was started, could not be started, or has ended; disposing a server that still runs cuts its
/// peers off with a reset. A server is started once and ends once; to serve again, create another.
/// <para>
/// The death of the process must not look like a receipt. The system closes all connections then, and by itself it does so with a FIN. So a server sets each TCP
/// connection to be reset on close (<c>SO_LINGER</c> on, zero seconds) before it reads the peer's first byte, and sets it back just before it gives the peer
/// a FIN of its own. A peer that never sent a byte has no receipt to mistake. Its connection is left alone, since a reset would take from it what is in flight.
/// </para>
/// </remarks>
public interface IBroadcastServer : IAsyncDisposable
{
    /// <summary>
    /// The endpoints it listens on, in the order in which they were asked for and with the ports that the system chose; empty before
    /// <see cref="StartAsync"/> has completed.
    /// </summary>
    IReadOnlyList<EndPoint> Endpoints { get; }

    /// <summary>
    /// Completes when the server has ended: successfully after a stop, with the exception that ended it otherwise. Peers are gone and the
    /// endpoints free by then. That of a server that was never started completes when it is stopped or disposed.
    /// </summary>
    Task Completion { get; }

    /// <summary>Binds every endpoint and begins to accept. All or none: if one cannot be bound, none stays bound.</summary>
    /// <param name="cancellationToken">Gives up the attempt.</param>
    /// <exception cref="BindException">An endpoint cannot be listened on.</exception>
    /// <exception cref="InvalidOperationException">It was started before, or stopped.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stops accepting, delivers what is pending for each peer until the room says <see cref="Outbound.Finish"/> for it, and ends. The
    /// host puts the room into draining first, or members would never be finished. Calling it again waits for the same end.
    /// </summary>
    /// <param name="cancellationToken">Ends the patience: peers that are not done by then are cut off with a reset.</param>
    /// <returns>A task that completes when <see cref="Completion"/> does, and never fails for a cancellation.</returns>
    Task StopAsync(CancellationToken cancellationToken);
}
