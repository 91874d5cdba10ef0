using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Args = System.Net.Sockets.SocketAsyncEventArgs;

namespace Chatctl.Transport.SocketAsyncEventArgs;

/// <summary>A peer of the <c>saea</c> transport. It has one set of arguments to wait for input, and a second one to send when its socket is full.</summary>
#pragma warning disable CA1001 // The arguments are disposed when the connection ends; see Ended.
internal sealed class SaeaConnection : Connection
#pragma warning restore CA1001
{
    private const int BufferBytes = 64 << 10;

    private readonly Action _wake;
    private readonly Args _input = new(true);
    private Args? _output;
    private volatile bool _receiving;

    public SaeaConnection(Socket socket, IMember member, ServerOptions options, ILogger logger, Action wake)
        : base(socket, member, options, logger)
    {
        _wake = wake;

        // Waits for input without a buffer, so that a silent member uses no buffer.
        _input.SetBuffer([], 0, 0);
        _input.Completed += (_, _) => Wait(hasCome: true);
    }

    /// <inheritdoc/>
    protected override bool IsBusy => _receiving || AwaitsWritable;

    /// <summary>Begins to receive.</summary>
    public void Start()
    {
        _receiving = true;
        Wait(hasCome: false);
    }

    /// <inheritdoc/>
    protected override void Resume() => Start();

    /// <inheritdoc/>
    protected override void AwaitWritable(ReadOnlyMemory<byte> rest)
    {
        if (_output is null)
        {
            _output = new Args(true);
            _output.Completed += (_, _) => Sent();
        }

        _output.SetBuffer(MemoryMarshal.AsMemory(rest));
        try
        {
            if (!Socket.SendAsync(_output))
            {
                Sent();
            }
        }
        catch (ObjectDisposedException)
        {
            Unblock(0);
        }
    }

    /// <inheritdoc/>
    protected override void Ended()
    {
        _input.Dispose();
        _output?.Dispose();
    }

    /// <summary>Reads what is there, then waits for more input.</summary>
    private void Wait(bool hasCome)
    {
        try
        {
            if (hasCome)
            {
                Read();
            }

            while (AwaitsInput)
            {
                if (Socket.ReceiveAsync(_input))
                {
                    return;
                }

                Read();
            }
        }
        catch (ObjectDisposedException)
        {
            // The flushing thread has closed the connection.
        }
#pragma warning disable CA1031 // An exception from a callback would end the process. The server's thread throws it instead.
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

        _wake();
    }

    private void Read()
    {
        if (_input.SocketError != SocketError.Success)
        {
            ReceiveFailed(_input.SocketError);
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        Receive(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
        if (IsFinished)
        {
            _wake();
        }
    }

    private void Sent()
    {
        if (_output!.SocketError != SocketError.Success)
        {
            Failed(_output.SocketError);
        }

        Unblock(_output.SocketError == SocketError.Success ? _output.BytesTransferred : 0);
        _wake();
    }
}
