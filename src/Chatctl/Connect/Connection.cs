using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// One connection, how much was sent over it, and whether the peer has confirmed that. This side asks for the confirmation with a
/// half-close. The peer confirms with its own FIN after that. A FIN that came before the half-close confirms nothing.
/// </summary>
/// <remarks>The two pumps share it, on two threads. It may be disposed only when neither pump uses it any more.</remarks>
/// <param name="wire">Connected. It is disposed with this connection.</param>
/// <param name="patience">How long the peer may be silent after it was asked.</param>
internal sealed class Connection(Wire wire, TimeSpan patience) : IDisposable
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
    public Wire Wire => wire;

    /// <summary>How many bytes the system has taken for sending. The sending side sets it.</summary>
    public long Handed
    {
        get => Volatile.Read(ref _handed);
        set => Volatile.Write(ref _handed, value);
    }

    /// <inheritdoc cref="Wire.SendError"/>
    public int SendError => wire.SendError;

    /// <summary>Whether this side gave up, because the peer was silent for too long or could not be asked in time.</summary>
    public bool IsOverdue => _overdue;

    /// <summary>Whether this side gave up because the peer did not take what there was to send.</summary>
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
    /// Whether it is closed although this side has not half-closed it: the peer has reset it. The system reports a reset to one side only.
    /// If that is the sending side, the receiving side sees an ordinary end, and this property still tells.
    /// </summary>
    public bool IsDead => !IsAsked && TcpState.Of(wire.Socket) == TcpState.Closed;

    /// <inheritdoc cref="Wire.TrySend"/>
    public bool TrySend(ReadOnlySpan<byte> bytes, out int handed) => wire.TrySend(bytes, out handed);

    /// <summary>The receiving side begins to wait for the peer, so its silence counts from now.</summary>
    public void WaitForPeer() => Volatile.Write(ref _waitingSince, Environment.TickCount64);

    /// <summary>Something came, and the receiving side is busy with it. That time does not count as silence of the peer.</summary>
    public void PeerSpoke() => Volatile.Write(ref _waitingSince, NotWaiting);

    /// <summary>The receiving side has seen the peer's FIN.</summary>
    public void PeerFinished()
    {
        lock (_asking)
        {
            _peerWasFirst |= !_asked || wire.HasCrossed();
        }
    }

    /// <summary>Half-closes the connection. Only the first call does.</summary>
    /// <returns>Whether this was the first call. After the first call somebody must call <see cref="AwaitOverdue"/>.</returns>
    public bool TryAsk()
    {
        // No thread waits for the system while it holds the lock.
        wire.AwaitSpace();
        lock (_asking)
        {
            if (_asked)
            {
                return false;
            }

            _asked = true;
            _peerWasFirst |= !wire.TryFinish(out bool peerWasFirst) || peerWasFirst;
            _wasAsked.Set();
            return true;
        }
    }

    /// <summary>
    /// Waits until the sending side has asked, and then does the same as <see cref="AwaitOverdue"/>. The sending side cannot ask while its
    /// line does not end or the peer takes nothing. If that takes too long, this resets the connection.
    /// </summary>
    public void AwaitReceipt()
    {
        long handed = Handed;
        while (!_wasAsked.Wait(patience))
        {
            bool isHeldBack = !wire.Socket.Poll(0, SelectMode.SelectWrite);
            if (!isHeldBack || Handed == handed)
            {
                // A FIN would make the beginning of a line a whole line for the peer. After a reset the peer drops it.
                WasHeldBack = isHeldBack;
                _overdue = true;
                Abort();
                return;
            }

            handed = Handed;
        }

        AwaitOverdue();
    }

    /// <summary>Waits until the peer has been silent for too long, then ends the connection. If all is well, the process ends before that.</summary>
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
        wire.Leave();
        try
        {
            wire.Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended already, and the receiving side sees that.
        }

        if (OperatingSystem.IsWindows())
        {
            // There, a shutdown does not end a receive that waits.
            wire.Dispose();
        }
    }

    /// <summary>Ends the connection with a reset, so that a peer that still reads drops the beginning of a line. Wakes both sides.</summary>
    public unsafe void Abort()
    {
        if (OperatingSystem.IsLinux())
        {
            // To connect to no address is to disconnect. It takes effect at once, and a send that is under way fails.
            byte* none = stackalloc byte[16];
            new Span<byte>(none, 16).Clear();
            if (Libc.Connect((int)wire.Socket.SafeHandle.DangerousGetHandle(), none, 16) != 0)
            {
                // Some versions of Linux before 6.7 refuse this while another thread waits for the connection.
                Interrupt();
            }
        }
        else
        {
            try
            {
                wire.Socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The peer was faster and reset it.
            }

            wire.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        wire.Dispose();
        _wasAsked.Dispose();
    }
}
