using System.Net;
using System.Net.Sockets;

namespace Chatctl.Tests.Connect;

/// <summary>A listener that does exactly what the test says.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _listener;

    public ScriptedServer(EndPoint? endpoint = null)
    {
        EndPoint local = endpoint ?? new IPEndPoint(IPAddress.Loopback, 0);
        _listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(local);
        _listener.Listen();
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

    public async Task<Peer> AcceptAsync() => new(await _listener.AcceptAsync().Guard());

    public void Dispose() => _listener.Dispose();
}
