using System.Net;
using System.Net.Sockets;

namespace Chatctl.Transport.Select;

/// <summary>Ends a wait in select from another thread: a datagram socket connected to itself, since select waits for nothing but sockets.</summary>
/// <remarks>
/// <see cref="Wake"/> is for any thread and costs a system call only when the loop sleeps; the rest is for the loop's own thread. The order in a
/// pass: <see cref="Awake"/> after the wait, again just before looking at the members, and <see cref="TrySleep"/> after that. So a wake that comes
/// too late for this pass makes another one.
/// </remarks>
internal sealed class WakeSocket : IDisposable
{
    private const int Asleep = 0;
    private const int Running = 1;
    private const int Woken = 2;

    private readonly byte[] _datagram = [1];
    private int _state = Running;

    public WakeSocket()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!);
    }

    /// <summary>The socket to wait for.</summary>
    public Socket Socket { get; }

    /// <summary>Makes the loop pass once more, from any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _state, Woken) == Asleep)
        {
            try
            {
                Socket.Send(_datagram, SocketFlags.None, out _);
            }
            catch (ObjectDisposedException)
            {
                // The loop has ended: there is nothing left to wake.
            }
        }
    }

    /// <summary>Whatever was announced before this call is about to be looked at.</summary>
    public void Awake() => Interlocked.Exchange(ref _state, Running);

    /// <summary>Whether the loop may wait: false if something was announced since <see cref="Awake"/>.</summary>
    public bool TrySleep() => Interlocked.CompareExchange(ref _state, Asleep, Running) == Running;

    /// <summary>Takes the datagrams that ended the wait.</summary>
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
    public void Dispose() => Socket.Dispose();
}
