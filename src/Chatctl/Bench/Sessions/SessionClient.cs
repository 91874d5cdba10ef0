using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace Chatctl.Bench.Sessions;

/// <summary>
/// A client that has a session. It unpacks the lines that arrive, for the checker that all clients share, and checks what only sessions have:
/// numbers, acks, senders and resumes.
/// </summary>
/// <param name="number">The number of this client.</param>
/// <param name="format">The format of the lines.</param>
/// <param name="checker">Gets the lines that arrive.</param>
/// <param name="book">What all sessions of the run know together.</param>
internal sealed class SessionClient(int number, LineFormat format, Checker checker, SessionBook book) : Client
{
    private static readonly JsonWriterOptions Compact = new() { SkipValidation = true };
    private readonly string _id = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly Outbox _outbox = new(format.Size);
    private Socket? _socket;
    private byte[] _rest = [];
    private int _restLength;
    private string? _epoch;
    private long _lastAck;
    private long _resumeBegan;

    /// <summary>Whether the server has answered the hello of this connection.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Why the server did not accept the hello; null if it has not said so.</summary>
    public string? Refusal { get; private set; }

    /// <summary>How many lines have no ack yet.</summary>
    public int Unacknowledged => _outbox.Unacknowledged;

    /// <inheritdoc/>
    public override bool IsBlocked => _epoch is null || !_outbox.Unsent.IsEmpty;

    /// <summary>
    /// Begins a connection with a hello. If it is not the first one, it resumes: it asks for what followed the last line, and sends what has no
    /// ack again. It does not wait for the answer in between.
    /// </summary>
    /// <param name="socket">A non-blocking socket. This object disposes it.</param>
    /// <param name="now">The time, in nanoseconds since the run began.</param>
    public void Open(Socket socket, long now)
    {
        (_socket, _restLength, _resumeBegan) = (socket, 0, now);
        _ = Push(socket, Hello());
        _outbox.Rewind();
        Push();
    }

    /// <summary>Resets the connection. Call <see cref="Open"/> then.</summary>
    public void Reset()
    {
        IsOpen = false;
        _socket!.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <inheritdoc/>
    public override void Send(ReadOnlyMemory<byte> lines)
    {
        for (ReadOnlySpan<byte> rest = lines.Span; !rest.IsEmpty; rest = rest[format.Size..])
        {
            _outbox.Add(rest[..format.Size]);
        }

        Push();
    }

    /// <inheritdoc/>
    public override void Push()
    {
        // Before the first hello is answered, the client is a plain one, and what it sent would be said as it is.
        if (_epoch is not null)
        {
            _outbox.Advance(Push(_socket!, _outbox.Unsent));
        }
    }

    /// <inheritdoc/>
    public override bool Receive(long now)
    {
        byte[] buffer = book.Buffer;
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        int count = _socket!.Receive(buffer.AsSpan(_restLength), SocketFlags.None, out SocketError error);
        if (count <= 0)
        {
            return error == SocketError.WouldBlock;
        }

        ReadOnlySpan<byte> bytes = buffer.AsSpan(0, _restLength + count);
        int filled = 0;
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            filled += TakeLine(bytes[..end], book.Texts.AsSpan(filled), now);
        }

        _ = checker.Take(number, book.Texts.AsSpan(0, filled), now);
        if (bytes.Length > book.LongestObject)
        {
            checker.Faults.Torn++;
            bytes = [];
        }

        if (_rest.Length < bytes.Length)
        {
            _rest = new byte[Math.Min(book.LongestObject, 2 * bytes.Length)];
        }

        bytes.CopyTo(_rest);
        _restLength = bytes.Length;
        return true;
    }

    /// <summary>Adds the faults that show only at the end.</summary>
    public void Conclude()
    {
        checker.Faults.Unacknowledged += Unacknowledged;
        book.Numbers.Conclude(number, _outbox.Said);
    }

    /// <inheritdoc/>
    public override void Dispose() => _socket?.Dispose();

    private byte[] Hello()
    {
        using var output = new MemoryStream();
        output.Write("CHATCTL/1 "u8);
        using (var json = new Utf8JsonWriter(output, Compact))
        {
            json.WriteStartObject();
            json.WriteString("name", $"bench-{number}");
            json.WriteString("client", _id);
            if (_epoch is not null)
            {
                json.WriteString("since", $"{_epoch}:{book.Numbers.Position(number)}");
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        return output.ToArray();
    }

    /// <summary>Takes one line of the connection.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="text">Receives the line of the load that it holds.</param>
    /// <param name="now">The time, in nanoseconds since the run began.</param>
    /// <returns>The length of the line of the load; 0 if there is none.</returns>
    private int TakeLine(ReadOnlySpan<byte> line, Span<byte> text, long now)
    {
        try
        {
            if (IsOpen)
            {
                return TakeObject(ServerMessage.Parse(line, text), text);
            }

            // Until the hello comes, this is a plain client, and gets lines of the room, which may be anything.
            if (line.StartsWith("CHATCTL/1 "u8))
            {
                TakeHello(JsonSerializer.Deserialize(line["CHATCTL/1 "u8.Length..], ServerHelloContext.Default.ServerHello), now);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second says that a text is not Unicode. A line of the room that only looks like a hello is no fault.
            checker.Faults.Torn += IsOpen ? 1 : 0;
        }

        return 0;
    }

    private int TakeObject(ServerMessage message, Span<byte> text)
    {
        switch (message.Kind)
        {
            case MessageKind.Line when message.TextLength + 1 == format.Size:
                text[message.TextLength] = (byte)'\n';
                ulong origin = BitConverter.ToUInt64(text);
                book.Numbers.Receive(number, message.Seq, origin, BitConverter.ToUInt64(text[sizeof(ulong)..]));
                checker.Faults.Misattributed += book.IsSpeaker(origin, message.Id, message.HasName) ? 0 : 1;
                return format.Size;
            case MessageKind.Line:
                book.Numbers.Receive(number, message.Seq, 0, 0);
                checker.Faults.Torn++;
                return 0;
            case MessageKind.Ack:
                TakeAck(message.Ack, message.Seq);
                return 0;
            case MessageKind.Skipped:
                book.Numbers.Lose(number, message.First, message.Last);
                return 0;
            case MessageKind.Error:
                checker.Faults.Refused++;
                return 0;
            default:
                return 0;
        }
    }

    private void TakeAck(long n, long seq)
    {
        if (!_outbox.TryRemove(n, out ulong origin, out ulong field))
        {
            checker.Faults.Misnumbered++;
        }
        else if (origin != 0)
        {
            checker.Faults.Misnumbered += seq > _lastAck ? 0 : 1;
            _lastAck = seq;
            book.Numbers.Acknowledge(seq, origin, field);
        }
    }

    private void TakeHello(ServerHello? hello, long now)
    {
        if (hello?.Error is not null)
        {
            Refusal = hello.Message ?? hello.Error;
            checker.Faults.Refused += _epoch is null ? 0 : 1;
        }
        else if (hello?.Client == _id)
        {
            IsOpen = true;
            if (_epoch is null)
            {
                _epoch = hello.Epoch ?? "";
                book.Introduce(number, hello.Id);
                book.Numbers.Begin(number, hello.First);
                return;
            }

            book.Resumed(now - _resumeBegan);
            if (hello.Gap is { } gap)
            {
                book.Numbers.Lose(number, gap.First, gap.Last);
            }

            checker.Faults.Refused += hello.Resumed && hello.Epoch == _epoch && book.IsKnown(number, hello.Id) ? 0 : 1;
            checker.Faults.Misnumbered += hello.First == book.Numbers.Position(number) + 1 && hello.Next >= hello.First ? 0 : 1;
        }
    }
}
