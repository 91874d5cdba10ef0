using System.Net.Sockets;
using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>How a run of <see cref="InboundPump"/> ended.</summary>
internal enum InboundEnd
{
    /// <summary>The peer's FIN, or a local interruption.</summary>
    Finished,

    /// <summary>The connection failed; <see cref="InboundPump.Failure"/> says how.</summary>
    Failed,

    /// <summary>As many lines as were wanted.</summary>
    Enough,
}

/// <summary>
/// Socket to standard output, on the thread that calls it. Each receive is written at once and whole, so an output that does not take it
/// holds the peer back, and no more than one receive is ever kept here.
/// </summary>
/// <param name="socket">The connection; the session owns it.</param>
/// <param name="receipt">Learns when the peer was heard.</param>
internal sealed class InboundPump(Socket socket, Receipt receipt)
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];

    /// <summary>How the connection failed, mostly by a reset.</summary>
    public SocketError Failure { get; private set; }

    /// <summary>Prints what arrives.</summary>
    /// <param name="lines">How many lines to print at most; nothing after the end of the last one is printed.</param>
    /// <exception cref="OutputGoneException">Nobody reads standard output any more.</exception>
    /// <exception cref="IOException">Standard output does not take the bytes.</exception>
    public InboundEnd Print(long lines)
    {
        var watch = new OutputWatch(socket);
        while (true)
        {
            receipt.WaitForPeer();
            watch.AwaitSocket();
            if (TryReceive(out ReadOnlySpan<byte> bytes) is { } end)
            {
                return end;
            }

            int wanted = TakeLines(bytes, ref lines);
            StandardStreams.Output.Write(bytes[..wanted]);
            if (lines == 0)
            {
                return InboundEnd.Enough;
            }
        }
    }

    /// <summary>Reads to the end and prints nothing. Not reading would turn our close into a reset, which destroys what is still on its way.</summary>
    public InboundEnd Discard()
    {
        while (true)
        {
            receipt.WaitForPeer();
            if (TryReceive(out _) is { } end)
            {
                return end;
            }
        }
    }

    private InboundEnd? TryReceive(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        int count;
        SocketError error;
        try
        {
            count = socket.Receive(_buffer, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            // How an interruption shows on Windows.
            return InboundEnd.Finished;
        }

        receipt.PeerSpoke();
        if (error != SocketError.Success)
        {
            Failure = error;
            return InboundEnd.Failed;
        }

        bytes = _buffer.AsSpan(0, count);
        return count == 0 ? InboundEnd.Finished : null;
    }

    /// <summary>How many of the bytes belong to the first <paramref name="lines"/> lines, which are counted down.</summary>
    private static int TakeLines(ReadOnlySpan<byte> bytes, ref long lines)
    {
        if (lines == long.MaxValue)
        {
            return bytes.Length;
        }

        int taken = 0;
        while (lines > 0 && bytes[taken..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            taken += end + 1;
            lines--;
        }

        return lines == 0 ? taken : bytes.Length;
    }
}
