using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>How <see cref="InboundPump"/> ended with a connection.</summary>
internal enum InboundEnd
{
    /// <summary>The peer sent its FIN, or this side interrupted the connection.</summary>
    Finished,

    /// <summary>The connection failed; <see cref="InboundPump.Failure"/> says how.</summary>
    Failed,

    /// <summary>As many lines as were wanted have arrived.</summary>
    Enough,
}

/// <summary>
/// Writes what arrives to the output, on the thread that calls it. The bytes of one receive are written before the next receive. So an
/// output that takes nothing holds the peer back, and this pump never keeps more than one receive.
/// </summary>
/// <param name="output">Gets what arrives.</param>
/// <param name="watch">Notices when the reader of the output goes away.</param>
/// <param name="options">What lines end with, and how many to print over all connections. Nothing after the end of the last line is printed.</param>
internal sealed class InboundPump(Stream output, OutputWatch watch, ClientOptions options)
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private long? _wanted = options.Count;
    private byte _last = options.Terminator;

    /// <summary>How the connection failed. Mostly it was reset.</summary>
    public SocketError Failure { get; private set; }

    /// <summary>How many lines are still wanted; null without a limit.</summary>
    public long? Wanted => _wanted;

    /// <summary>
    /// Whether what was printed ends in the middle of a line. A NUL counts as an end even if LF is expected, because a user may read a room
    /// whose lines end in NUL without the option for that.
    /// </summary>
    public bool IsMidLine => _last != options.Terminator && _last != 0;

    /// <summary>Prints what arrives over a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <exception cref="OutputGoneException">Nobody reads the output any more.</exception>
    /// <exception cref="IOException">The output does not take the bytes.</exception>
    public InboundEnd Print(Connection connection)
    {
        _last = options.Terminator;
        while (true)
        {
            connection.WaitForPeer();
            watch.AwaitSocket(connection.Socket);
            if (TryReceive(connection, out ReadOnlySpan<byte> bytes) is { } end)
            {
                return end;
            }

            _last = bytes[^1];
            output.Write(bytes[..TakeLines(bytes)]);
            if (_wanted == 0)
            {
                return InboundEnd.Enough;
            }
        }
    }

    /// <summary>
    /// Reads to the end and prints nothing. Without reading, the close of this side would become a reset, and a reset destroys what is
    /// still on its way.
    /// </summary>
    /// <param name="connection">The connection.</param>
    public InboundEnd Discard(Connection connection)
    {
        while (true)
        {
            connection.WaitForPeer();
            if (TryReceive(connection, out _) is { } end)
            {
                return end;
            }
        }
    }

    private InboundEnd? TryReceive(Connection connection, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        int count;
        SocketError error;
        try
        {
            count = connection.Socket.Receive(_buffer, SocketFlags.None, out error);
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

        bytes = _buffer.AsSpan(0, count);
        connection.HasReceivedLine |= bytes.Contains(options.Terminator);
        return null;
    }

    /// <summary>Tells how many of the bytes belong to wanted lines, and counts those lines.</summary>
    private int TakeLines(ReadOnlySpan<byte> bytes)
    {
        if (_wanted is null)
        {
            return bytes.Length;
        }

        int taken = 0;
        while (_wanted > 0 && bytes[taken..].IndexOf(options.Terminator) is >= 0 and var end)
        {
            taken += end + 1;
            _wanted--;
        }

        return _wanted == 0 ? taken : bytes.Length;
    }
}
