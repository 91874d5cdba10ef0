using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>How <see cref="InboundPump"/> ended with a connection.</summary>
internal enum InboundEnd
{
    /// <summary>The peer sent its FIN, or this side interrupted the connection.</summary>
    Finished,

    /// <summary>The connection failed; <see cref="InboundPump.Failure"/> or <see cref="Wire.Trouble"/> says how.</summary>
    Failed,

    /// <summary>As many lines as were wanted have arrived.</summary>
    Enough,
}

/// <summary>
/// Gives what arrives to the reception, on the thread that calls it. The bytes of one receive are dealt with before the next receive. So an
/// output that takes nothing holds the peer back, and this pump never keeps more than one receive.
/// </summary>
/// <param name="reception">Gets what arrives.</param>
/// <param name="watch">Notices when the reader of the output goes away.</param>
internal sealed class InboundPump(IReception reception, OutputWatch watch)
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>How the connection failed. Mostly it was reset.</summary>
    public SocketError Failure { get; private set; }

    /// <summary>Receives over a connection until it ends, or until as many lines as were wanted are there.</summary>
    /// <param name="connection">The connection.</param>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    /// <exception cref="IOException">The output does not take the bytes.</exception>
    public InboundEnd Receive(Connection connection) => Receive(connection, watch, untilEnough: true);

    /// <summary>
    /// Receives to the end, although enough lines are there. Without reading, the close of this side would become a reset, and a reset
    /// destroys what is still on its way.
    /// </summary>
    /// <param name="connection">The connection.</param>
    public InboundEnd Drain(Connection connection) => Receive(connection, OutputWatch.None, untilEnough: false);

    private InboundEnd Receive(Connection connection, OutputWatch watched, bool untilEnough)
    {
        while (true)
        {
            if (untilEnough && reception is { IsReady: true, Wanted: 0 })
            {
                return InboundEnd.Enough;
            }

            connection.WaitForPeer();
            if (!connection.Wire.HasBytes(_buffer) && !watched.AwaitSocket(connection.Wire.Socket, reception.Patience))
            {
                reception.OnSilence();
            }
            else if (TryReceive(connection, out ReadOnlySpan<byte> bytes) is { } end)
            {
                return end;
            }
            else if (!bytes.IsEmpty)
            {
                reception.Take(bytes);
            }
        }
    }

    /// <returns>Null if the connection has not ended. There may be no bytes, because some of what comes is not meant for the reception.</returns>
    private InboundEnd? TryReceive(Connection connection, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        int? count;
        SocketError error;
        try
        {
            count = connection.Wire.Receive(_buffer, out error);
        }
        catch (ObjectDisposedException)
        {
            // On Windows, an interruption looks like this.
            return InboundEnd.Finished;
        }

        connection.PeerSpoke();
        if (error != SocketError.Success)
        {
            Failure = error;
            return InboundEnd.Failed;
        }

        if (count == 0)
        {
            connection.PeerFinished();
            return InboundEnd.Finished;
        }

        bytes = _buffer.AsSpan(0, count ?? 0);
        return null;
    }
}
