using System.Buffers;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>A peer of a transport that awaits: a loop awaits its input, and a send is awaited only when its socket is full.</summary>
/// <param name="socket">The accepted socket. This connection closes it.</param>
/// <param name="member">The member made for it. It leaves when the connection has ended.</param>
/// <param name="options">The server's options.</param>
/// <param name="logger">The log for failures.</param>
/// <param name="wake">Wakes the flushing thread.</param>
public abstract class AwaitingConnection(Socket socket, IMember member, ServerOptions options, ILogger logger, Action wake)
    : Connection(socket, member, options, logger)
{
    private const int BufferBytes = 64 << 10;

    private volatile bool _receiving;

    /// <inheritdoc/>
    protected sealed override bool IsBusy => _receiving || AwaitsWritable;

    /// <summary>Begins to receive.</summary>
    public void Start()
    {
        _receiving = true;
        _ = ReceiveAsync();
    }

    /// <inheritdoc/>
    protected sealed override void Resume() => Start();

    /// <inheritdoc/>
    protected sealed override void AwaitWritable(ReadOnlyMemory<byte> rest) => _ = SendAsync(rest);

    /// <summary>Waits for input or its end, without a buffer, so that a silent member uses no buffer.</summary>
    protected abstract ValueTask<int> AwaitInputAsync();

    /// <summary>How the connection has failed if <see cref="AwaitInputAsync"/> has.</summary>
    /// <param name="exception">What that has thrown.</param>
    /// <returns>Null if that says nothing about the connection.</returns>
    protected virtual SocketError? ErrorOf(Exception exception) => (exception as SocketException)?.SocketErrorCode;

    /// <summary>Sends to a socket that is full. See <see cref="Connection.AwaitWritable"/>.</summary>
    /// <param name="rest">The next bytes to send; empty if this connection <see cref="Connection.HoldsOutput"/>.</param>
    /// <returns>How many bytes it has sent, as <see cref="Connection.Unblock"/> takes it.</returns>
    protected abstract ValueTask<int> SendRestAsync(ReadOnlyMemory<byte> rest);

    private async Task SendAsync(ReadOnlyMemory<byte> rest)
    {
        int sent = 0;
        try
        {
            sent = await SendRestAsync(rest).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            Failed(e.SocketErrorCode);
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

        Unblock(sent);
        wake();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (AwaitsInput)
            {
                try
                {
                    await AwaitInputAsync().ConfigureAwait(false);
                }
                catch (Exception e) when (ErrorOf(e) is { } error)
                {
                    ReceiveFailed(error);
                    break;
                }

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
#pragma warning disable CA1031 // This task is not awaited either.
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
}
