using System.Net;
using System.Net.Sockets;

namespace Chatctl.Tests.Connect;

/// <summary>A listener that does exactly what the test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _listener;

    /// <param name="endpoint">Where it listens. Without it, the system chooses a port.</param>
    /// <param name="listens">Whether it listens at once. If not, it has its port already, and the system refuses clients.</param>
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

    /// <summary>The address for the tool's command line.</summary>
    public string Address { get; }

    /// <summary>An address of this machine without a listener.</summary>
    public static string ClosedAddress()
    {
        using var server = new ScriptedServer();
        return server.Address;
    }

    public void Listen() => _listener.Listen();

    public async Task<Peer> AcceptAsync() => new(await _listener.AcceptAsync().Guard());

    public void Dispose() => _listener.Dispose();
}
