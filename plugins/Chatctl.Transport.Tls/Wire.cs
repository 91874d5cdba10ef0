using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Chatctl.Transport.Tls;

/// <summary>
/// What lies under the TLS of one peer: its socket. It notes what TLS does not tell: whether the peer has closed its connection, and how it failed.
/// </summary>
/// <remarks>
/// During the handshake it sends when TLS begins to read. What TLS writes after that goes to <see cref="Records"/>, on the flushing thread.
/// <para>
/// In TLS 1.3 the last thing that a server writes in a handshake are tickets, with which the client may come back. The client does not wait for them.
/// They are held until the server has something else to say. A client that only sends, and closes without reading, would otherwise have unread bytes
/// when it closes. Its system would then reset the connection, and what it has just sent would be lost.
/// </para>
/// </remarks>
/// <param name="socket">The socket. Its owner disposes it.</param>
internal sealed class Wire(Socket socket) : Stream
{
    // The first byte of a TLS record with a handshake.
    private const byte HandshakeRecord = 22;

    // What is read, and not looked at, after a handshake that has failed.
    private const int IgnoredAtOnce = 4 << 10;

    private byte[] _unsent = [];
    private Records? _records;
    private bool _isShaken;

    /// <summary>Whether the peer has sent its FIN. Without an alert of TLS before, anybody on the way may have made it.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>How the socket has failed; success if it has not.</summary>
    public SocketError Error { get; private set; } = SocketError.Success;

    /// <summary>Whether what the peer sent first can be TLS. Null if it has sent nothing.</summary>
    public bool? BeginsWithHandshake { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the handshake.</summary>
    /// <param name="holdsRest">Whether what TLS wrote last may wait until there is more to send.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task EndHandshakeAsync(bool holdsRest, CancellationToken cancellationToken)
    {
        _isShaken = true;
        if (!holdsRest)
        {
            await SendUnsentAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has the next writes collected, after what was not sent yet. On the flushing thread, before each write.</summary>
    /// <param name="records">Gets them.</param>
    public void CollectIn(Records records)
    {
        _records = records;
        records.Clear();
        records.Add(_unsent);
        _unsent = [];
    }

    /// <summary>Sends what the handshake has written and the peer waits for.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SendUnsentAsync(CancellationToken cancellationToken)
    {
        for (ReadOnlyMemory<byte> rest = _unsent; !rest.IsEmpty;)
        {
            rest = rest[await socket.SendAsync(rest, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }

        _unsent = [];
    }

    /// <summary>Closes the connection after a handshake that has failed. The peer gets what TLS has written, and some time to read it.</summary>
    /// <param name="cancellationToken">Ends that time.</param>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendUnsentAsync(cancellationToken).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
            byte[] ignored = new byte[IgnoredAtOnce];
            while (await socket.ReceiveAsync(ignored, SocketFlags.None, cancellationToken).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The peer has gone, or does not go.
        }

        socket.Dispose();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _isShaken ? ReceiveAsync(buffer, cancellationToken) : ReceiveStepAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_records is { } records)
        {
            records.Add(buffer);
        }
        else
        {
            _unsent = [.. _unsent, .. buffer];
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Sends a step of the handshake, and receives the peer's next one.</summary>
    private async ValueTask<int> ReceiveStepAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await SendUnsentAsync(cancellationToken).ConfigureAwait(false);
        int count = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0)
        {
            BeginsWithHandshake ??= buffer.Span[0] == HandshakeRecord;
        }

        // A step takes long, and this may be the thread that polls all sockets.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return count;
    }

    // Pooled, because a member waits here for each of its lines.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            int count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            HasEnded |= count == 0 && !buffer.IsEmpty;
            return count;
        }
        catch (SocketException e)
        {
            Error = e.SocketErrorCode;
            throw;
        }
    }
}
