using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <content>How a connection receives, and when it stops and starts to receive.</content>
public abstract partial class Connection
{
    // A read of a few bytes costs as much as a read of a page, so it counts as one.
    private const int LeastPerRead = 4 << 10;

    // The flushing thread sets it to zero while the receiving thread adds to it. If the zero is lost, the connection parks too early, and the next
    // pass sets it to zero again.
    private volatile int _receivedInPass;
    private int _reading;
    private int _parked;

    // How many bytes the room was given that are still unread. On the receiving thread; in Finish, when that does not read.
    private int _held;

    /// <summary>Whether receiving has stopped until <see cref="ResumeIfAwaited"/>.</summary>
    public bool IsParked => _parked != 0;

    /// <summary>Starts to receive again if receiving had stopped and input is awaited. On the flushing thread, after all connections were flushed.</summary>
    /// <returns>Whether it has started to receive again.</returns>
    public bool ResumeIfAwaited()
    {
        if (_parked == 0 || !AwaitsInput || Interlocked.Exchange(ref _parked, 0) == 0)
        {
            return false;
        }

        Resume();
        return true;
    }

    /// <summary>Reads once, without waiting, and hands the bytes to the room. On the receiving thread.</summary>
    /// <param name="buffer">The buffer to read into. It is free again when the call returns.</param>
    protected void Receive(Memory<byte> buffer)
    {
        // First _reading, then AwaitsInput. The flushing thread looks at them in the opposite order (see Finish), so it never gives a receipt while
        // bytes are on their way to a room that takes no more.
        Interlocked.Exchange(ref _reading, 1);
        try
        {
            if (AwaitsInput && TryRead(buffer, out int count))
            {
                _receivedInPass += Math.Max(count, LeastPerRead);
                Received(buffer.Span[..count]);
                if (HoldsInput && !_finished)
                {
                    _held = count;

                    // If the room did not take the bytes, because it drains, it wants no input.
                    if (_member.WantsInput || _member.IsEvicted)
                    {
                        DropHeld(buffer.Span);
                    }
                }
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>Reports that receiving has failed. On the receiving thread, which wakes the flushing thread afterwards.</summary>
    /// <param name="error">The error.</param>
    protected void ReceiveFailed(SocketError error)
    {
        // A receive gets a broken pipe only from a reset that came after the end of input.
        _inputEnded |= error == SocketError.Shutdown;
        Failed(error);
    }

    /// <summary>
    /// Notes that the peer has sent its first byte. From then on it waits for a receipt, so the death of the process must look different. On the
    /// receiving thread, before the room gets the byte.
    /// </summary>
    protected void ExpectReceipt()
    {
        if (!_hasSent)
        {
            SocketTuning.SetEnd(Socket, withReset: true);
            _hasSent = true;
        }
    }

    /// <summary>Stops receiving while no input is awaited. On the receiving thread.</summary>
    /// <returns>True if receiving has stopped; <see cref="Resume"/> will be called. False if input is awaited again already.</returns>
    protected bool TryPark()
    {
        Interlocked.Exchange(ref _parked, 1);
        return !AwaitsInput || Interlocked.Exchange(ref _parked, 0) == 0;
    }

    /// <summary>Starts to receive again after <see cref="TryPark"/>. On the flushing thread.</summary>
    protected virtual void Resume()
    {
    }

    /// <summary>Reads once, without waiting. On the receiving thread. The default reads from the socket.</summary>
    /// <param name="memory">The buffer to read into.</param>
    /// <param name="count">How many bytes it has read; zero at the end of input.</param>
    /// <returns>False if it has found neither bytes nor the end.</returns>
    protected virtual bool TryRead(Memory<byte> memory, out int count)
    {
        Span<byte> buffer = memory.Span;
        try
        {
            count = 0;
            SocketError error;
            if (!_hasSent)
            {
                // From the first byte on, the connection must end with a reset if the process dies: the peer would take a FIN for the receipt of
                // what was read. So the setting comes before the read, and a peek finds the first byte. A peer that never sends is left out: it
                // waits for no receipt, and a reset would take from it what is in flight.
                bool hasBytes = Socket.Receive(buffer[..1], SocketFlags.Peek, out error) > 0;
                if (!hasBytes)
                {
                    return HasRead(error);
                }

                ExpectReceipt();
            }

            // After the last of the room's input only the end matters. Bytes stay unread: a socket that is closed with unread bytes shows the peer
            // an error, even a Unix socket, which has no reset.
            if (_finished)
            {
                count = Socket.Receive(buffer[..1], SocketFlags.Peek, out error);
                return HasRead(error);
            }

            DropHeld(buffer);
            count = Socket.Receive(buffer, HoldsInput ? SocketFlags.Peek : SocketFlags.None, out error);
            return HasRead(error);
        }
        catch (ObjectDisposedException)
        {
            // The flushing thread has closed the socket after AwaitsInput was checked.
            count = 0;
            return false;
        }
    }

    /// <summary>
    /// Whether bytes stay unread until the room has taken them. If it has not, because it drains, the peer of a Unix socket sees an error only if
    /// they are unread when the socket is closed. TCP has a reset for that, and needs no second call.
    /// </summary>
    private bool HoldsInput => Socket.ProtocolType != ProtocolType.Tcp;

    /// <summary>Reads away what the room was given.</summary>
    /// <param name="buffer">Overwritten.</param>
    private void DropHeld(Span<byte> buffer)
    {
        while (_held > 0)
        {
            int count = Socket.Receive(buffer[..Math.Min(buffer.Length, _held)], SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.Interrupted))
            {
                ReceiveFailed(error);
                return;
            }

            _held -= count;
        }
    }

    /// <summary>Reports the error of a read, if it is one.</summary>
    /// <returns>Whether the read got bytes or the end of input.</returns>
    private bool HasRead(SocketError error)
    {
        if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted))
        {
            ReceiveFailed(error);
        }

        return error == SocketError.Success;
    }

    private void Received(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            // The flushing thread reports it to the room; see ReportEndOfInput.
            _inputEnded = true;
        }
        else if (_finished)
        {
            // These bytes came after the room had stopped taking input from this member. A reset tells the peer that they are lost.
            _cutOff = true;
        }
        else
        {
            _member.Receive(bytes);
        }
    }
}
