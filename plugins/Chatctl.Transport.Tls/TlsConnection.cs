using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Tls;

/// <summary>
/// A peer of the <c>tls</c> transport. A loop awaits and decrypts its input. The flushing thread encrypts what it is sent, and sends all records of a
/// write at once. What does not fit into the socket is kept, encrypted, until it does.
/// </summary>
internal sealed class TlsConnection : AwaitingConnection
{
    // The most that is encrypted at once, so the most that is kept for a peer that is slow. With what TLS adds it fits into a pooled array of 64 KiB.
    private const int MostAtOnce = 63 << 10;

    // The most that TLS gets at once: a whole record. It keeps memory for the most that it ever got, and a third more, as long as the connection lasts.
    private const int MostInRecord = 16 << 10;

    private readonly SslStream _tls;
    private readonly Wire _wire;
    private readonly Records _records;
    private bool _hasSaidGoodbye;

    // The records that the socket did not take, and how many of the room's bytes count as sent when it has.
    private byte[]? _held;
    private int _heldBytes;
    private int _heldFor;

    /// <summary>Takes over what a handshake has made.</summary>
    public TlsConnection(Handshake handshake, IMember member, ServerOptions options, ILogger logger, Action wake, Records records)
        : base(handshake.Socket, member, options, logger, wake)
    {
        _tls = handshake.Tls;
        _wire = handshake.Wire;
        _records = records;
    }

    /// <inheritdoc/>
    protected override bool HoldsOutput => _held is not null;

    // What the socket has may be no bytes of the peer at all, but its end. The loop goes on to read, and tells.
    /// <inheritdoc/>
    protected override bool HasUnread => false;

    /// <inheritdoc/>
    protected override ValueTask<int> AwaitInputAsync() => _tls.ReadAsync(Memory<byte>.Empty);

    // TLS fails in many ways on what a peer sends. Only its connection fails.
    /// <inheritdoc/>
    protected override SocketError? ErrorOf(Exception exception) => Error;

    /// <inheritdoc/>
    protected override bool TryRead(Memory<byte> memory, out int count)
    {
        count = 0;
        try
        {
            // It completes at once: the wait before has decrypted a record, or has found the end.
            ValueTask<int> reading = _tls.ReadAsync(memory);
            count = reading.IsCompleted ? reading.Result : throw new IOException("a read waits although there was input");
            if (count > 0)
            {
                ExpectReceipt();
            }
        }
#pragma warning disable CA1031 // As in ErrorOf.
        catch (Exception)
        {
            ReceiveFailed(Error);
            return false;
        }
#pragma warning restore CA1031

        if (count == 0 && _wire.HasEnded)
        {
            // A FIN alone. The peer has not said that it is done, and anybody on the way can make a FIN. So it is not the end of input.
            ReceiveFailed(SocketError.ConnectionAborted);
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    protected override int Send(ReadOnlyMemory<byte> bytes, out SocketError error)
    {
        int count = Math.Min(bytes.Length, MostAtOnce);
        error = Collect(bytes[..count]);
        if (error == SocketError.Success)
        {
            error = SendCollected(standsFor: count);
        }

        return error == SocketError.Success && !HoldsOutput ? count : 0;
    }

    /// <inheritdoc/>
    protected override ValueTask<int> SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        if (_held is null)
        {
            // The socket is not full, but the peer has used up its bytes for this pass.
            int count = Math.Min(rest.Length, MostAtOnce);
            if (Collect(rest[..count]) is not SocketError.Success and var error)
            {
                Failed(error);
                return ValueTask.FromResult(0);
            }

            Hold(_records.Collected, count);
        }

        return SendHeldAsync();
    }

    /// <inheritdoc/>
    protected override bool SayGoodbye()
    {
        if (!_hasSaidGoodbye)
        {
            _hasSaidGoodbye = true;
            if (Collect(null) == SocketError.Success && SendCollected(standsFor: 0) == SocketError.Success && HoldsOutput)
            {
                SendHeld();
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void Ended() => _tls.Dispose();

    /// <summary>How the connection has failed, now that it has.</summary>
    private SocketError Error => _wire.Error == SocketError.Success ? SocketError.ConnectionAborted : _wire.Error;

    /// <summary>Encrypts, and collects the records. Nothing is sent yet.</summary>
    /// <param name="bytes">What to encrypt; null for the alert that says that no more comes.</param>
    private SocketError Collect(ReadOnlyMemory<byte>? bytes)
    {
        _wire.CollectIn(_records);
        try
        {
            if (bytes is null)
            {
                Complete(new ValueTask(_tls.ShutdownAsync()));
            }

            for (ReadOnlyMemory<byte> rest = bytes ?? default; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, MostInRecord)..])
            {
                Complete(_tls.WriteAsync(rest[..Math.Min(rest.Length, MostInRecord)]));
            }

            return SocketError.Success;
        }
#pragma warning disable CA1031 // As in ErrorOf: a peer whose input made TLS fail cannot be written to either.
        catch (Exception)
        {
            return Error;
        }
#pragma warning restore CA1031
    }

    private static void Complete(ValueTask writing)
    {
        // It completes at once, because the wire only collects.
        if (!writing.IsCompleted)
        {
            throw new IOException("a write waits although it is only collected");
        }

        writing.GetAwaiter().GetResult();
    }

    /// <summary>Sends what was collected, and holds what the socket does not take.</summary>
    /// <param name="standsFor">How many of the room's bytes it stands for.</param>
    private SocketError SendCollected(int standsFor)
    {
        ReadOnlySpan<byte> records = _records.Collected;
        int sent = Socket.Send(records, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted))
        {
            return error;
        }

        if (sent < records.Length)
        {
            Hold(records[sent..], standsFor);
        }

        return SocketError.Success;
    }

    private void Hold(ReadOnlySpan<byte> records, int standsFor)
    {
        _held = ArrayPool<byte>.Shared.Rent(records.Length);
        records.CopyTo(_held);
        _heldBytes = records.Length;
        _heldFor = standsFor;
    }

    /// <returns>How many of the room's bytes count as sent now.</returns>
    private async ValueTask<int> SendHeldAsync()
    {
        byte[] held = _held!;
        try
        {
            for (int done = 0; done < _heldBytes;)
            {
                done += await Socket.SendAsync(held.AsMemory(done, _heldBytes - done), SocketFlags.None).ConfigureAwait(false);
            }

            return _heldFor;
        }
        finally
        {
            _held = null;
            ArrayPool<byte>.Shared.Return(held);
        }
    }
}
