using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Chatctl.Transport.Sockets;

/// <summary>
/// Keeps the Unix sockets of evicted peers open. A Unix socket has no reset: a peer that has half-closed takes the end of the connection for its
/// receipt. So the server does not end such a connection; it waits until the peer gives up.
/// </summary>
/// <remarks>
/// For the flushing thread alone. The peer's member has left the room; only the socket is kept. A peer still gets a false receipt if it waits longer
/// than <see cref="Longest"/>, if <see cref="Most"/> others are evicted after it, or if the server stops.
/// </remarks>
/// <param name="time">The clock for the limits.</param>
internal sealed partial class EvictedSockets(TimeProvider time)
{
    // The oldest is closed first: it has waited longest, and is the most likely to have given up.
    private const int Most = 128;

    // Much longer than clients wait for a receipt.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    // A peer that is about to half-close must not see the end of the connection first or at the same moment: it could not tell that from a receipt.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private readonly Queue<Kept> _kept = new();
    private long _lookedAt;

    /// <summary>When <see cref="Look"/> is due; null if no socket is kept.</summary>
    public TimeSpan? NextLook => _kept.Count == 0 ? null : Grace - time.GetElapsedTime(_lookedAt);

    /// <summary>
    /// Takes over the connection of an evicted peer. The caller disposes the socket as usual: it no longer refers to the connection, and its
    /// operations end.
    /// </summary>
    /// <param name="socket">A Unix socket.</param>
    /// <returns>
    /// False if the caller must close the connection. If there is unread input, closing is as good as a reset: the peer sees an error.
    /// </returns>
    public bool TryKeep(Socket socket)
    {
        if (OperatingSystem.IsWindows() || socket.Available > 0 || TakeOver(socket) is not { } taken)
        {
            return false;
        }

        if (_kept.Count == 0)
        {
            _lookedAt = time.GetTimestamp();
        }
        else if (_kept.Count == Most)
        {
            _kept.Dequeue().Socket.Dispose();
        }

        _kept.Enqueue(new Kept(taken, time.GetTimestamp()));
        return true;
    }

    /// <summary>Closes the sockets that need not be kept any longer, if it is time to look.</summary>
    public void Look()
    {
        if (NextLook is not { } wait || wait > TimeSpan.Zero)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        for (int i = _kept.Count; i > 0; i--)
        {
            Kept kept = _kept.Dequeue();
            if (IsWaiting(kept.Socket, time.GetElapsedTime(kept.Since)))
            {
                _kept.Enqueue(kept);
            }
            else
            {
                kept.Socket.Dispose();
            }
        }
    }

    /// <summary>Closes all of them. When the server ends.</summary>
    public void CloseAll()
    {
        while (_kept.TryDequeue(out Kept kept))
        {
            kept.Socket.Dispose();
        }
    }

    /// <summary>Whether the peer may still take the end of the connection for its receipt.</summary>
    private static bool IsWaiting(Socket socket, TimeSpan age)
    {
        // A socket is readable without input when the peer has half-closed.
        bool isReadable = socket.Poll(0, SelectMode.SelectRead);
        if (socket.Available > 0 || age >= Longest || (age >= Grace && !isReadable))
        {
            return false;
        }

        // Sending nothing fails only if the peer has gone.
        socket.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out SocketError error);
        return error is SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted;
    }

    /// <summary>Moves a connection to another socket.</summary>
    /// <returns>Null if the system has no descriptors left.</returns>
    private static Socket? TakeOver(Socket socket)
    {
        Socket? taken = null;
        try
        {
            taken = Unconnected();
            using Socket substitute = Unconnected();
            int descriptor = Descriptor(socket);
            if (Duplicate(descriptor, Descriptor(taken)) < 0)
            {
                taken.Dispose();
                return null;
            }

            // The old socket must let go of the connection before it is disposed. Disposing a socket disconnects it if another thread is in the
            // middle of a call, and the peer would see that as the end.
            Duplicate(Descriptor(substitute), descriptor);
            return taken;
        }
        catch (SocketException)
        {
            taken?.Dispose();
            return null;
        }
    }

    private static Socket Unconnected() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };

    private static int Descriptor(Socket socket) => (int)socket.SafeHandle.DangerousGetHandle();

    private static int Duplicate(int descriptor, int target)
    {
        const int CloseOnExec = 0x80000;
        return OperatingSystem.IsLinux() ? Dup3(descriptor, target, CloseOnExec) : Dup2(descriptor, target);
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Dup2(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "dup3")]
    private static partial int Dup3(int descriptor, int target, int flags);

    private readonly record struct Kept(Socket Socket, long Since);
}
