using System.Net;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The listening sockets of one server: bound all or none, non-blocking, closed together.</summary>
public sealed class Listeners : IDisposable
{
    private readonly List<Listener> _listeners = [];

    private Listeners()
    {
    }

    /// <summary>The listeners, in the order of the endpoints they were asked for.</summary>
    public IReadOnlyList<Listener> All => _listeners;

    /// <summary>The endpoints bound, in the order in which they were asked for and with the ports that the system chose.</summary>
    public IReadOnlyList<EndPoint> Endpoints => _listeners.ConvertAll(listener => listener.Endpoint);

    /// <summary>Binds and listens. Endpoints on port 0 get one port in common where they can, so that one number names them all.</summary>
    /// <param name="options">Where, and with which backlog.</param>
    /// <param name="logger">Is told at the end if a Unix socket's file has to stay.</param>
    /// <exception cref="BindException">One of them cannot be listened on; none stays bound.</exception>
    public static Listeners Bind(ServerOptions options, ILogger logger)
    {
        var listeners = new Listeners();
        try
        {
            foreach (EndPoint endpoint in options.Endpoints)
            {
                listeners._listeners.Add(listeners.BindSharingPort(endpoint, options.Backlog, logger));
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

    private Listener BindSharingPort(EndPoint endpoint, int backlog, ILogger logger)
    {
        if (endpoint is IPEndPoint { Port: 0 } any
            && _listeners.Select(listener => listener.Endpoint).OfType<IPEndPoint>().LastOrDefault(bound => !bound.Address.Equals(any.Address)) is { } other)
        {
            try
            {
                return Listener.Bind(new IPEndPoint(any.Address, other.Port), backlog, logger);
            }
            catch (BindException)
            {
                // Somebody has that port on this address: any other will do.
            }
        }

        return Listener.Bind(endpoint, backlog, logger);
    }
}
