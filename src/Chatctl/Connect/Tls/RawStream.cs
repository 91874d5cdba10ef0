using System.Buffers.Binary;
using System.Net.Sockets;

namespace Chatctl.Connect.Tls;

/// <summary>
/// The stream below an <c>SslStream</c>. A read never waits for the system: it stays open until <see cref="Receive"/> has brought something. So one
/// thread can wait for the socket and for other things at once, and go on with the read on its own stack. It also notes how the connection itself
/// has ended, which the stream above does not tell. And it gives that stream one record at a time: if a record is bad, the stream drops what it has
/// decrypted for the same read.
/// </summary>
/// <remarks>Reads and <see cref="Receive"/> belong to one thread. Another one may write meanwhile.</remarks>
/// <param name="socket">Connected and blocking. It is not disposed.</param>
internal sealed class RawStream(Socket socket) : Stream
{
    private const byte Alert = 21, Handshake = 22;
    private const int HeaderLength = 5, BufferSize = 64 * 1024;

    private readonly Lock _counting = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly byte[] _header = new byte[HeaderLength];
    private Memory<byte> _wanted;

    // What was received and not given yet, how much of a header was given, and how much of the record after it has not been.
    private int _start, _end;
    private int _headerGiven;
    private int _recordLeft;
    private volatile TaskCompletionSource<int>? _reading;
    private long _received;

    /// <summary>Whether a read waits for <see cref="Receive"/>.</summary>
    public bool IsReading => _reading is not null;

    /// <summary>Whether the peer's FIN was received.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>How receiving failed; success if it did not.</summary>
    public SocketError Failure { get; private set; }

    /// <summary>The system's error at the last write; 0 if none.</summary>
    public int WriteError { get; private set; }

    /// <summary>Whether the peer's first byte is one that TLS begins with, as far as it has sent any.</summary>
    public bool IsTls { get; private set; } = true;

    /// <summary>How many bytes were received.</summary>
    public long Received
    {
        get
        {
            lock (_counting)
            {
                return _received;
            }
        }
    }

    /// <summary>How many bytes the peer has sent so far, as this system knows: those that were received, and those that can be.</summary>
    public long Arrived()
    {
        lock (_counting)
        {
            return _received + socket.Available;
        }
    }

    /// <summary>Receives, and completes the read that waits. Called when there is something, so that it need not wait.</summary>
    public void Receive()
    {
        TaskCompletionSource<int> reading = _reading!;
        _reading = null;
        (_start, _end) = (0, ReceiveOnce(out SocketError error));
        if (error == SocketError.Success)
        {
            IsTls &= _end == 0 || _received > _end || _buffer[0] is Alert or Handshake;
            IsEnded |= _end == 0;
            reading.SetResult(Give(_wanted.Span));
        }
        else
        {
            Failure = error;
            reading.SetException(new IOException(new SocketException((int)error).Message));
        }
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read of nothing asks to wait without a buffer. Nobody needs that here.
        if (buffer.IsEmpty || _start < _end)
        {
            return new ValueTask<int>(Give(buffer.Span));
        }

        // Continuations run at once, on the thread that receives.
        _wanted = buffer;
        var reading = new TaskCompletionSource<int>();
        _reading = reading;
        return new ValueTask<int>(reading.Task);
    }

    /// <summary>Waits until the system has taken everything.</summary>
    /// <exception cref="IOException">It does not; see <see cref="WriteError"/>.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            WriteError = Wire.Send(socket, buffer, out int handed);
            if (WriteError != 0)
            {
                throw new IOException(new SocketException(WriteError).Message);
            }

            buffer = buffer[handed..];
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
        catch (IOException e)
        {
            return ValueTask.FromException(e);
        }
    }

    // The rest is what an abstract stream asks for, in terms of what stands above.

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is kept back.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Gives a header, or what follows one, or a part of that.</summary>
    private int Give(Span<byte> to)
    {
        int count = Math.Min(Math.Min(to.Length, _end - _start), _recordLeft > 0 ? _recordLeft : HeaderLength - _headerGiven);
        ReadOnlySpan<byte> given = _buffer.AsSpan(_start, count);
        given.CopyTo(to);
        _start += count;
        if (_recordLeft > 0)
        {
            _recordLeft -= count;
            return count;
        }

        given.CopyTo(_header.AsSpan(_headerGiven));
        _headerGiven += count;
        if (_headerGiven == HeaderLength)
        {
            // The last two bytes of a header are the length of the record.
            (_headerGiven, _recordLeft) = (0, BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(HeaderLength - 2)));
        }

        return count;
    }

    private int ReceiveOnce(out SocketError error)
    {
        lock (_counting)
        {
            int count = socket.Receive(_buffer, SocketFlags.None, out error);
            _received += count;
            return count;
        }
    }
}
