using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// One connection, what was handed to it, and whether the peer has confirmed that. A half-close asks for the confirmation, and the peer's
/// FIN after that gives it; a FIN that was there before confirms nothing.
/// </summary>
/// <remarks>Shared by the two pumps, on two threads. Whoever disposes it sees to it that neither uses it any more.</remarks>
/// <param name="socket">Connected and blocking; disposed with this.</param>
/// <param name="patience">How long the peer may be silent after it was asked.</param>
internal sealed class Connection(Socket socket, TimeSpan patience) : IDisposable
{
    private const long NotWaiting = long.MaxValue;

    private readonly Lock _asking = new();
    private readonly ManualResetEventSlim _wasAsked = new();
    private bool _asked;
    private bool _peerWasFirst;
    private volatile bool _overdue;
    private long _waitingSince = NotWaiting;
    private long _handed;

    /// <summary>For the receiving side.</summary>
    public Socket Socket => socket;

    /// <summary>How many bytes the system has taken to send. Set by the sending side.</summary>
    public long Handed
    {
        get => Volatile.Read(ref _handed);
        set => Volatile.Write(ref _handed, value);
    }

    /// <summary>Whether a line, or its end, has arrived. For the receiving side.</summary>
    public bool HasReceivedLine { get; set; }

    /// <summary>The system's error at the last send; 0 if none. The receiving side may then see no more than an end.</summary>
    public int SendError { get; private set; }

    /// <summary>Whether the peer was silent for too long after it was asked, or the end of input was too long in coming.</summary>
    public bool IsOverdue => _overdue;

    /// <summary>Whether what was too long in coming was the peer's readiness to take what there is to send.</summary>
    public bool WasHeldBack { get; private set; }

    /// <summary>Whether a FIN from the peer means that it has everything. Read it after that FIN.</summary>
    public bool IsConfirmedByFin
    {
        get
        {
            lock (_asking)
            {
                return _asked && !_peerWasFirst;
            }
        }
    }

    /// <summary>Whether <see cref="TryAsk"/> was called.</summary>
    public bool IsAsked
    {
        get
        {
            lock (_asking)
            {
                return _asked;
            }
        }
    }

    /// <summary>
    /// Whether it is closed although this side has not said so: a reset. Known also when the sending side has taken the error, after which
    /// the receiving side sees an ordinary end.
    /// </summary>
    public bool IsDead => !IsAsked && TcpState.Of(socket) == TcpState.Closed;

    /// <summary>Sends, and waits until the system has taken at least some of it.</summary>
    /// <param name="bytes">At least one.</param>
    /// <param name="handed">How many it has taken; 0 after an error.</param>
    /// <returns>False after an error; see <see cref="SendError"/>.</returns>
    public unsafe bool TrySend(ReadOnlySpan<byte> bytes, out int handed)
    {
        if (OperatingSystem.IsWindows())
        {
            handed = socket.Send(bytes, SocketFlags.None, out SocketError error);
            SendError = (int)error;
            return error == SocketError.Success;
        }

        // The base library would send all of it, and after an error not tell how much of it was on its way already.
        fixed (byte* start = bytes)
        {
            nint count;
            do
            {
                count = Libc.Send((int)socket.SafeHandle.DangerousGetHandle(), start, bytes.Length, 0);
                SendError = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (SendError == Libc.EINTR);
            handed = (int)Math.Max(0, count);
            return SendError == 0;
        }
    }

    /// <summary>The receiving side begins to wait for the peer, so its silence counts from now.</summary>
    public void WaitForPeer() => Volatile.Write(ref _waitingSince, Environment.TickCount64);

    /// <summary>The receiving side is busy with what came: the peer is not to blame for how long that takes.</summary>
    public void PeerSpoke() => Volatile.Write(ref _waitingSince, NotWaiting);

    /// <summary>The receiving side has seen the peer's FIN.</summary>
    public void PeerFinished()
    {
        lock (_asking)
        {
            // Over a network two FINs can cross: the peer's is here and ours is not acknowledged yet, so it cannot be the answer to it.
            _peerWasFirst |= _asked && TcpState.Of(socket) is TcpState.Closing or TcpState.LastAck;
        }
    }

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
                _peerWasFirst |= TcpState.Of(socket) == TcpState.LastAck;
            }
            catch (SocketException)
            {
                // The connection was reset: nobody is left to confirm anything. The receiving side reports it.
                _peerWasFirst = true;
            }

            _wasAsked.Set();
            return true;
        }
    }

    /// <summary>
    /// As <see cref="AwaitOverdue"/>, once the sending side has asked; if it has not for too long, because the line that it is in does not end or the peer
    /// takes nothing, resets the connection.
    /// </summary>
    public void AwaitReceipt()
    {
        long handed = Handed;
        while (!_wasAsked.Wait(patience))
        {
            bool isHeldBack = !socket.Poll(0, SelectMode.SelectWrite);
            if (!isHeldBack || Handed == handed)
            {
                // The peer is to take the beginning of a line for nothing; a FIN would make it a line.
                WasHeldBack = isHeldBack;
                _overdue = true;
                Abort();
                return;
            }

            handed = Handed;
        }

        AwaitOverdue();
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
                Interrupt();
                return;
            }

            Thread.Sleep((int)Math.Max(1, Math.Ceiling(left)));
        }
    }

    /// <summary>Wakes both sides, which see the end of the connection.</summary>
    public void Interrupt()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended by itself; the receiving side knows.
        }

        if (OperatingSystem.IsWindows())
        {
            // There, a receive that waits outlives a shutdown.
            socket.Dispose();
        }
    }

    /// <summary>Ends the connection with a reset, so that a peer that still reads takes the beginning of a line for nothing. Wakes both sides.</summary>
    public unsafe void Abort()
    {
        if (OperatingSystem.IsLinux())
        {
            // Connecting to no address is how a system disconnects: at once, and whoever is in the middle of a send finds out.
            byte* none = stackalloc byte[16];
            new Span<byte>(none, 16).Clear();
            if (Libc.Connect((int)socket.SafeHandle.DangerousGetHandle(), none, 16) != 0)
            {
                // Linux before 6.7 refused it in some of its versions while another thread waits for the connection.
                Interrupt();
            }
        }
        else
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The peer has reset it first.
            }

            socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        _wasAsked.Dispose();
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
