using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// What was sent and whether the peer has confirmed it. A half-close asks for the confirmation, and the peer's FIN after that gives it;
/// a FIN that was there before confirms nothing.
/// </summary>
/// <remarks>Shared by the two pumps, on two threads.</remarks>
/// <param name="socket">The connection; the session owns it.</param>
/// <param name="patience">How long the peer may be silent after it was asked.</param>
internal sealed class Receipt(Socket socket, TimeSpan patience)
{
    private const long NotWaiting = long.MaxValue;

    private readonly Lock _asking = new();
    private bool _asked;
    private bool _peerWasFirst;
    private volatile bool _overdue;
    private long _sent;
    private long _waitingSince = NotWaiting;

    /// <summary>How many bytes have been given to the socket, or were about to be.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Whether the peer was silent for too long after it was asked.</summary>
    public bool IsOverdue => _overdue;

    /// <summary>Whether a FIN from the peer means that it has everything. Read it after that FIN.</summary>
    public bool IsGivenByFin
    {
        get
        {
            lock (_asking)
            {
                return _asked && !_peerWasFirst;
            }
        }
    }

    /// <summary>Counts bytes before they are sent: once they are under way, it is too late to know.</summary>
    /// <param name="bytes">How many.</param>
    public void Sending(int bytes) => Volatile.Write(ref _sent, _sent + bytes);

    /// <summary>The receiving side begins to wait for the peer, so its silence counts from now.</summary>
    public void WaitForPeer() => Volatile.Write(ref _waitingSince, Environment.TickCount64);

    /// <summary>The receiving side is busy with what came: the peer is not to blame for how long that takes.</summary>
    public void PeerSpoke() => Volatile.Write(ref _waitingSince, NotWaiting);

    /// <summary>Half-closes the connection. Only the first call does.</summary>
    /// <returns>Whether this was the first; whoever made it sees to <see cref="AwaitOverdue"/>.</returns>
    public bool TryAsk()
    {
        lock (_asking)
        {
            if (_asked)
            {
                return false;
            }

            _asked = true;
            _peerWasFirst = PeerHasFinished();
            try
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The connection was reset: nobody is left to confirm anything. The receiving side reports it.
                _peerWasFirst = true;
            }

            return true;
        }
    }

    /// <summary>Waits until the peer has been silent for too long, then ends the connection. The process ends first if all is well.</summary>
    public void AwaitOverdue()
    {
        long asked = Environment.TickCount64;
        while (true)
        {
            long now = Environment.TickCount64;
            long since = Volatile.Read(ref _waitingSince);
            double left = since == NotWaiting ? patience.TotalMilliseconds : patience.TotalMilliseconds - (now - Math.Max(since, asked));
            if (since != NotWaiting && left <= 0)
            {
                _overdue = true;
                Interrupt(socket);
                return;
            }

            Thread.Sleep((int)Math.Max(1, Math.Ceiling(left)));
        }
    }

    /// <summary>Wakes the receiving side, which sees the end of the connection.</summary>
    /// <param name="socket">The connection.</param>
    public static void Interrupt(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // It has ended by itself; the receiving side knows.
        }

        if (OperatingSystem.IsWindows())
        {
            // There, a receive that waits outlives a shutdown.
            socket.Dispose();
        }
    }

    private unsafe bool PeerHasFinished()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var poll = new Libc.PollDescriptor { Descriptor = (int)socket.SafeHandle.DangerousGetHandle(), Events = Libc.POLLRDHUP };
        return Libc.Poll(&poll, 1, 0) > 0;
    }
}
