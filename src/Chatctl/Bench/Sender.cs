using System.Net.Sockets;

namespace Chatctl.Bench;

/// <summary>One client's sending side. Never waits: what does not get out stays here.</summary>
/// <param name="socket">Non-blocking; the caller disposes it.</param>
/// <param name="format">How lines look.</param>
/// <param name="number">Which sender it is.</param>
/// <param name="batch">The most lines that it writes at once.</param>
internal sealed class Sender(Socket socket, LineFormat format, int number, int batch)
{
    private readonly byte[] _buffer = new byte[batch * format.Size];
    private readonly ulong _origin = format.Origin(LineKind.Load, number);
    private int _from;
    private int _to;

    /// <summary>Load lines so far, those that wait here included.</summary>
    public long Lines { get; private set; }

    /// <summary>Turns taken so far.</summary>
    public long Turns { get; private set; }

    /// <summary>Whether the end has been written.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether something waits here because the relay does not take it.</summary>
    public bool IsBlocked => _from < _to;

    /// <summary>Why nothing can be sent any more; <see cref="SocketError.Success"/> if it can.</summary>
    public SocketError Failure { get; private set; }

    /// <summary>Takes a turn. Only if it is not blocked.</summary>
    /// <param name="due">For when it was meant, in nanoseconds since the run began.</param>
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

    /// <summary>Writes the line by which receivers know that nothing more comes. Only if it is not blocked.</summary>
    public void End()
    {
        HasEnded = true;
        format.Write(_buffer, format.Origin(LineKind.End, number), Lines, 0);
        Start(format.Size);
    }

    /// <summary>Writes a line that shows who has joined. Does nothing if it is blocked.</summary>
    public void Probe()
    {
        if (!IsBlocked)
        {
            format.Write(_buffer, format.Origin(LineKind.Probe, number), 0, 0);
            Start(format.Size);
        }
    }

    /// <summary>Sends what waits.</summary>
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
