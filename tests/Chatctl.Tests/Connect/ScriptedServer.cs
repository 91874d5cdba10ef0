using System.Net;
using System.Net.Sockets;

namespace Chatctl.Tests.Connect;

/// <summary>A listener that does exactly what the test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _listener;

    /// <param name="endpoint">Where; a port of the system's choice if nothing is said.</param>
    /// <param name="listens">Whether at once. If not, its port is its own already and whoever connects is refused.</param>
    public ScriptedServer(EndPoint? endpoint = null, bool listens = true)
    {
        EndPoint local = endpoint ?? new IPEndPoint(IPAddress.Loopback, 0);
        _listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(local);
        if (listens)
        {
            Listen();
        }

        Address = _listener.LocalEndPoint is IPEndPoint ip ? ip.ToString() : $"unix:{local}";
    }

    /// <summary>What to give to the tool.</summary>
    public string Address { get; }

    /// <summary>An address of this machine at which nobody listens.</summary>
    public static string ClosedAddress()
    {
        using var server = new ScriptedServer();
        return server.Address;
    }

    public void Listen() => _listener.Listen();

    public async Task<Peer> AcceptAsync() => new(await _listener.AcceptAsync().Guard());

    public void Dispose() => _listener.Dispose();
}
