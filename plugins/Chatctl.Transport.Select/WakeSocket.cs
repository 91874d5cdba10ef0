using System.Net;
using System.Net.Sockets;
using Chatctl.Transport.Sockets;

namespace Chatctl.Transport.Select;

/// <summary>Ends a wait in select from another thread. It is a datagram socket connected to itself, because select waits only for sockets.</summary>
internal sealed class WakeSocket : IDisposable
{
    private readonly byte[] _datagram = [1];
    private Socket? _socket;

    /// <summary>The socket to wait for.</summary>
    public Socket Socket => _socket!;

    /// <summary>Tells whether the loop has to be woken.</summary>
    public PassSignal Signal { get; } = new();

    /// <summary>Opens the socket. On the loop's thread, before it sleeps for the first time. A wake before that needs no socket.</summary>
    public void Open()
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Connect(_socket.LocalEndPoint!);
    }

    /// <summary>Makes the loop do another pass. From any thread. It makes a system call only if the loop sleeps.</summary>
    public void Wake()
    {
        if (Signal.Announce())
        {
            try
            {
                Socket.Send(_datagram, SocketFlags.None, out _);
            }
            catch (ObjectDisposedException)
            {
                // The loop has ended, so it need not be woken.
            }
        }
    }

    /// <summary>Receives the datagrams that ended the wait. On the loop's thread.</summary>
    public void Clear()
    {
        Span<byte> datagram = stackalloc byte[1];
        SocketError error;
        do
        {
            Socket.Receive(datagram, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();
}
