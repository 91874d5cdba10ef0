using System.Net;
using System.Net.Sockets;

namespace Chatctl.Tests.Connect;

/// <summary>A listener whose queue is full, so that a client that connects has to wait.</summary>
internal sealed class CrowdedListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public CrowdedListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        _first.Connect(Address);
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    public void Dispose()
    {
        _first.Dispose();
        _listener.Dispose();
    }
}
