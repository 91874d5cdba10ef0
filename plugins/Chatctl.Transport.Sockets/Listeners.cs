using System.Net;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The listening sockets of one server. All of them are bound or none is; they are non-blocking, and closed together.</summary>
public sealed class Listeners : IDisposable
{
    private readonly List<Listener> _listeners = [];

    private Listeners()
    {
    }

    /// <summary>The listeners, in the order of the requested endpoints.</summary>
    public IReadOnlyList<Listener> All => _listeners;

    /// <summary>The bound endpoints, in the order of the requested endpoints, with the ports that the system chose.</summary>
    public IReadOnlyList<EndPoint> Endpoints => _listeners.ConvertAll(listener => listener.Endpoint);

    /// <summary>Binds and listens. Endpoints on port 0 get the same port if possible, so that one number names them all.</summary>
    /// <param name="options">The endpoints, the backlog, and who may connect to a Unix socket.</param>
    /// <param name="logger">The log for a Unix socket's file that cannot be removed at the end.</param>
    /// <exception cref="BindException">The server cannot listen on one of the endpoints. None stays bound.</exception>
    public static Listeners Bind(ServerOptions options, ILogger logger)
    {
        var listeners = new Listeners();
        try
        {
            foreach (EndPoint endpoint in options.Endpoints)
            {
                listeners._listeners.Add(listeners.BindSharingPort(endpoint, options, logger));
            }

            return listeners;
        }
        catch
        {
            listeners.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

    private Listener BindSharingPort(EndPoint endpoint, ServerOptions options, ILogger logger)
    {
        if (endpoint is IPEndPoint { Port: 0 } any
            && _listeners.Select(listener => listener.Endpoint).OfType<IPEndPoint>().LastOrDefault(bound => !bound.Address.Equals(any.Address)) is { } other)
        {
            try
            {
                return Listener.Bind(new IPEndPoint(any.Address, other.Port), options, logger);
            }
            catch (BindException)
            {
                // That port is in use on this address. Any other port will do.
            }
        }

        return Listener.Bind(endpoint, options, logger);
    }
}
