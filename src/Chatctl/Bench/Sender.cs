using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>The sending side of one client. It never waits: bytes that the socket does not accept stay here.</summary>
/// <param name="socket">A non-blocking socket. The caller disposes it.</param>
/// <param name="format">The format of the lines.</param>
/// <param name="number">The number of this sender.</param>
/// <param name="batch">The most lines that it writes at once.</param>
internal sealed class Sender(Socket socket, LineFormat format, int number, int batch)
{
    private readonly byte[] _buffer = new byte[batch * format.Size];
    private readonly ulong _origin = format.Origin(LineKind.Load, number);
    private int _from;
    private int _to;

    /// <summary>Load lines so far, including lines that still wait here.</summary>
    public long Lines { get; private set; }

    /// <summary>Turns taken so far.</summary>
    public long Turns { get; private set; }

    /// <summary>Whether the end line was written.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether bytes wait here because the relay does not accept them.</summary>
    public bool IsBlocked => _from < _to;

    /// <summary>Why nothing can be sent any more; <see cref="SocketError.Success"/> if sending still works.</summary>
    public SocketError Failure { get; private set; }

    /// <summary>Takes a turn. Call it only if the sender is not blocked.</summary>
    /// <param name="due">When the turn is due, in nanoseconds since the run began.</param>
    public void TakeTurn(long due)
    {
        Span<byte> rest = _buffer;
        for (int i = 0; i < batch; i++)
        {
            format.Write(rest, _origin, Lines++, due);
            rest = rest[format.Size..];
        }

        Turns++;
        Start(_buffer.Length);
    }

    /// <summary>Writes the end line, which tells receivers that no more lines follow. Call it only if the sender is not blocked.</summary>
    public void End()
    {
        HasEnded = true;
        format.Write(_buffer, format.Origin(LineKind.End, number), Lines, 0);
        Start(format.Size);
    }

    /// <summary>Writes a line that shows which clients have joined. Does nothing if the sender is blocked.</summary>
    public void Probe()
    {
        if (!IsBlocked)
        {
            format.Write(_buffer, format.Origin(LineKind.Probe, number), 0, 0);
            Start(format.Size);
        }
    }

    /// <summary>Sends the bytes that wait here, as far as the socket accepts them.</summary>
    public void Push()
    {
        while (_from < _to)
        {
            int count = socket.Send(_buffer.AsSpan(_from, _to - _from), SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
            {
                Failure = error == SocketError.WouldBlock ? SocketError.Success : error;
                return;
            }

            _from += count;
        }
    }

    private void Start(int length)
    {
        _from = 0;
        _to = length;
        Push();
    }
}
