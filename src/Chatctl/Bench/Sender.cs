namespace Chatctl.Bench;

/// <summary>Gives one client its lines to send.</summary>
/// <param name="client">The client. The caller disposes it.</param>
/// <param name="format">The format of the lines.</param>
/// <param name="number">The number of this sender.</param>
/// <param name="batch">The most lines that it writes at once.</param>
internal sealed class Sender(Client client, LineFormat format, int number, int batch)
{
    private readonly byte[] _buffer = new byte[batch * format.Size];
    private readonly ulong _origin = format.Origin(LineKind.Load, number);

    /// <summary>Load lines so far, including lines that still wait here.</summary>
    public long Lines { get; private set; }

    /// <summary>Turns taken so far.</summary>
    public long Turns { get; private set; }

    /// <summary>Whether the end line was written.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc cref="Client.IsBlocked"/>
    public bool IsBlocked => client.IsBlocked;

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
        client.Send(_buffer);
    }

    /// <summary>Writes the end line, which tells receivers that no more lines follow. Call it only if the sender is not blocked.</summary>
    public void End()
    {
        HasEnded = true;
        format.Write(_buffer, format.Origin(LineKind.End, number), Lines, 0);
        client.Send(_buffer.AsMemory(0, format.Size));
    }

    /// <summary>Writes a line that shows which clients have joined. Does nothing if the sender is blocked.</summary>
    public void Probe()
    {
        if (!IsBlocked)
        {
            format.Write(_buffer, format.Origin(LineKind.Probe, number), 0, 0);
            client.Send(_buffer.AsMemory(0, format.Size));
        }
    }

    /// <inheritdoc cref="Client.Push()"/>
    public void Push() => client.Push();
}
