using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>One client of the crowd: its connection, and what is on its way in both directions. It never waits. One thread uses it.</summary>
internal abstract class Client : IDisposable
{
    /// <summary>Whether lines wait here because the relay does not accept them.</summary>
    public abstract bool IsBlocked { get; }

    /// <summary>Sends lines, as far as the relay accepts them. Call it only if the client is not blocked.</summary>
    /// <param name="lines">Whole lines of the load. They must not change as long as the client is blocked.</param>
    public abstract void Send(ReadOnlyMemory<byte> lines);

    /// <summary>Sends what waits here, as far as the relay accepts it.</summary>
    public abstract void Push();

    /// <summary>Receives once, and passes the lines to the checker.</summary>
    /// <param name="now">The time, in nanoseconds since the run began.</param>
    /// <returns>False if the relay has ended the connection.</returns>
    public abstract bool Receive(long now);

    /// <summary>Closes the connection.</summary>
    public abstract void Dispose();

    /// <summary>Sends bytes, as far as the socket accepts them.</summary>
    /// <returns>How many it accepted. An error counts as none: receiving finds it too, and reports it.</returns>
    protected static int Push(Socket socket, ReadOnlySpan<byte> bytes)
    {
        int sent = 0;
        while (sent < bytes.Length)
        {
            int count = socket.Send(bytes[sent..], SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                break;
            }

            sent += count;
        }

        return sent;
    }
}
