using System.Buffers;
using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Async;

/// <summary>A peer of the <c>async</c> transport. A loop awaits its input. Sends are awaited only when its socket is full.</summary>
internal sealed class AsyncConnection(Socket socket, IMember member, ServerOptions options, ILogger logger, Action wake)
    : Connection(socket, member, options, logger)
{
    private const int BufferBytes = 64 << 10;

    private volatile bool _receiving;

    /// <inheritdoc/>
    protected override bool IsBusy => _receiving || AwaitsWritable;

    /// <summary>Begins to receive.</summary>
    public void Start()
    {
        _receiving = true;
        _ = ReceiveAsync();
    }

    /// <inheritdoc/>
    protected override void Resume() => Start();

    /// <inheritdoc/>
    protected override void AwaitWritable(ReadOnlyMemory<byte> rest) => _ = SendAsync(rest);

    private async Task ReceiveAsync()
    {
        try
        {
            while (AwaitsInput)
            {
                // Waits for input without a buffer, so that a silent member uses no buffer.
                await Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
                byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                Receive(buffer);
                ArrayPool<byte>.Shared.Return(buffer);
                if (IsFinished)
                {
                    wake();
                }
            }
        }
        catch (SocketException e)
        {
            ReceiveFailed(e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            // The flushing thread has closed the connection.
        }
#pragma warning disable CA1031 // This task is not awaited. The server's thread throws the exception instead.
        catch (Exception e)
        {
            Faulted(e);
        }
#pragma warning restore CA1031

        _receiving = false;
        if (!TryPark())
        {
            Start();
        }

        wake();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> rest)
    {
        int sent = 0;
        try
        {
            sent = await Socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            Failed(e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            // The flushing thread has closed the connection.
        }
#pragma warning disable CA1031 // This task is not awaited either.
        catch (Exception e)
        {
            Faulted(e);
        }
#pragma warning restore CA1031

        Unblock(sent);
        wake();
    }
}
