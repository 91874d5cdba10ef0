using System.Net;

namespace Chatctl;

/// <summary>
/// A transport at work. It listens on its endpoints, makes a member of each peer that it accepts, and moves bytes between the peers and the room.
/// </summary>
/// <remarks>
/// The code that creates a server disposes it, also if it could not be started or has ended. To dispose a server that still runs cuts its
/// peers off with a reset. A server is started once and ends once. To serve again, create another.
/// <para>
/// The death of the process must not look like a receipt. When the process dies, the system closes all connections, by default with a FIN.
/// So before a server reads a peer's first byte, it sets the TCP connection to be reset on close (<c>SO_LINGER</c> on, zero seconds). It sets
/// this back just before it sends a FIN of its own. A peer that never sent a byte expects no receipt. The server leaves its connection alone,
/// since a reset would destroy what is in flight to it.
/// </para>
/// </remarks>
public interface IBroadcastServer : IAsyncDisposable
{
    /// <summary>
    /// The endpoints that it listens on, in the order of <see cref="ServerOptions.Endpoints"/> and with the ports that the system chose. Empty
    /// before <see cref="StartAsync"/> has completed.
    /// </summary>
    IReadOnlyList<EndPoint> Endpoints { get; }

    /// <summary>
    /// Completes when the server has ended: with success after a stop, otherwise with the exception that ended it. By then all peers are gone
    /// and the endpoints are free. If the server was never started, it completes when the server is stopped or disposed.
    /// </summary>
    Task Completion { get; }

    /// <summary>Binds every endpoint and begins to accept. If one endpoint cannot be bound, none stays bound.</summary>
    /// <param name="cancellationToken">Gives up the attempt.</param>
    /// <exception cref="BindException">An endpoint cannot be listened on.</exception>
    /// <exception cref="CertificateException">A file of <see cref="ServerOptions.Tls"/> cannot be used.</exception>
    /// <exception cref="InvalidOperationException">It was started before, or was stopped.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stops accepting, delivers what is pending for each peer until the room says <see cref="Outbound.Finish"/> for it, and ends. The
    /// host makes the room drain first; otherwise members would never be finished. A second call waits for the same end.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait: peers that are not done by then are cut off with a reset.</param>
    /// <returns>A task that completes when <see cref="Completion"/> does. A cancellation does not make it fail.</returns>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads again what the server has read from files, such as certificates. New peers get what the files hold now; connections stay as they are.
    /// If a file cannot be used, the server logs that and goes on with what it had. The default does nothing. From any thread.
    /// </summary>
    void Reload()
    {
    }
}
