using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Endpoints;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// Moves the bytes of one connection over its socket: as they are (<see cref="PlainWire"/>), or inside TLS (<see cref="Tls.TlsWire"/>). One thread
/// receives. Another may send meanwhile.
/// </summary>
/// <param name="socket">Connected and blocking. It is disposed with this.</param>
internal abstract class Wire(Socket socket) : IDisposable
{
    /// <summary>To be waited for, and to be shut down or reset by a thread that does not wait for the others.</summary>
    public Socket Socket => socket;

    /// <summary>The system's error at the last send; 0 if none. After an error the receiving side may see an ordinary end.</summary>
    public int SendError { get; protected set; }

    /// <summary>What the peer did, as what follows its name in a sentence. Null if the system's error or the way it ended says as much.</summary>
    public virtual string? Trouble => null;

    /// <summary>Whether the connection has ended without an end that counts. If the system has an error for the other direction, that says more.</summary>
    public virtual bool IsCut => false;

    /// <summary>Whether <see cref="Trouble"/> would come again over any other connection.</summary>
    public virtual bool IsHopeless => false;

    /// <summary>What it leads to, for people.</summary>
    /// <param name="endpoint">The peer, as the user wrote it. A connection that was already reset has no other address to show.</param>
    public virtual string Describe(Endpoint endpoint) => $"{(socket.RemoteEndPoint is { } peer ? Endpoint.ToUrl(peer) : endpoint)}";

    /// <summary>Whether <see cref="Receive"/> need not wait for the socket, because there is something already.</summary>
    /// <param name="buffer">The one that the next <see cref="Receive"/> gets. It belongs to this wire until then.</param>
    public abstract bool HasBytes(Memory<byte> buffer);

    /// <summary>Receives what is there. If nothing is, waits for it.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="error">How it failed; success if it did not.</param>
    /// <returns>How many bytes came; 0 at the peer's end; null if nothing of what came is meant for this side.</returns>
    public abstract int? Receive(Memory<byte> buffer, out SocketError error);

    /// <summary>Sends, and waits until the system has taken at least some of it.</summary>
    /// <param name="bytes">At least one.</param>
    /// <param name="handed">How many it has taken; 0 after an error.</param>
    /// <returns>False after an error; see <see cref="SendError"/>.</returns>
    public abstract bool TrySend(ReadOnlySpan<byte> bytes, out int handed);

    /// <summary>Waits until <see cref="TryFinish"/> need not wait.</summary>
    public abstract void AwaitSpace();

    /// <summary>Ends this side's direction, and keeps the other. Does not wait.</summary>
    /// <param name="peerWasFirst">Whether the peer's end had arrived before this one was sent, even if nothing has read up to it.</param>
    /// <returns>False if the connection has failed.</returns>
    public abstract bool TryFinish(out bool peerWasFirst);

    /// <summary>Whether the peer's end, which was just received, was sent before the peer had this side's. Two ends can cross in a network.</summary>
    public abstract bool HasCrossed();

    /// <summary>Says goodbye if that takes no time, before the connection is closed without <see cref="TryFinish"/>.</summary>
    public abstract void Leave();

    /// <inheritdoc/>
    public virtual void Dispose() => socket.Dispose();

    /// <summary>Sends once.</summary>
    /// <param name="socket">Blocking.</param>
    /// <param name="bytes">At least one.</param>
    /// <param name="handed">How many the system has taken; 0 after an error.</param>
    /// <returns>The system's error; 0 if none.</returns>
    protected internal static unsafe int Send(Socket socket, ReadOnlySpan<byte> bytes, out int handed)
    {
        if (OperatingSystem.IsWindows())
        {
            handed = socket.Send(bytes, SocketFlags.None, out SocketError failure);
            return (int)failure;
        }

        // The base library would go on until everything is sent. After an error it would not tell how much was already sent.
        fixed (byte* start = bytes)
        {
            nint count;
            int error;
            do
            {
                count = Libc.Send((int)socket.SafeHandle.DangerousGetHandle(), start, bytes.Length, 0);
                error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (error == Libc.EINTR);
            handed = (int)Math.Max(0, count);
            return error;
        }
    }
}
