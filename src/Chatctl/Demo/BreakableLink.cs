using System.Net;
using System.Net.Sockets;

namespace Chatctl.Demo;

/// <summary>Passes on the bytes between a member and the room, and can break. It carries one connection at a time.</summary>
/// <remarks>While it is broken, a new connection waits. It is carried after <see cref="Mend"/>.</remarks>
internal sealed class BreakableLink : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _whole = new(initialState: true);
    private readonly IPEndPoint _room;
    private Socket? _near, _far;

    /// <param name="room">Where the bytes go.</param>
    /// <exception cref="SocketException">The loopback address cannot be listened on.</exception>
    public BreakableLink(IPEndPoint room)
    {
        _room = room;
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        new Thread(CarryAll) { IsBackground = true, Name = "link" }.Start();
    }

    /// <summary>Where the member connects to.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Resets the connection on both sides.</summary>
    public void Break()
    {
        // Before the reset, so that no other connection is carried after it.
        _whole.Reset();
        ResetBoth();
    }

    /// <summary>Carries connections again.</summary>
    public void Mend() => _whole.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        ResetBoth();
        _whole.Set();
        _whole.Dispose();
    }

    private void CarryAll()
    {
        try
        {
            while (true)
            {
                using Socket near = _listener.AcceptSocket();

                // It may have come to a link that broke while it carried nothing.
                _whole.Wait();
                using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                far.Connect(_room);
                lock (_gate)
                {
                    (_near, _far) = (near, far);
                }

                var back = new Thread(() => Copy(far, near)) { IsBackground = true, Name = "link: back" };
                back.Start();
                Copy(near, far);
                back.Join();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The demonstration is over, perhaps before this thread listened, or the room is gone. The member then reports that it has no connection.
        }
    }

    private void Copy(Socket from, Socket to)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (from.Receive(buffer) is > 0 and var count)
            {
                to.Send(buffer.AsSpan(0, count));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A side that fails is a reset for the other side too.
            ResetBoth();
        }
    }

    private void ResetBoth()
    {
        lock (_gate)
        {
            // A socket that is closed without lingering sends a reset.
            _near?.Close(0);
            _far?.Close(0);
            (_near, _far) = (null, null);
        }
    }
}
