using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <content>How a connection ends: what the peer sees last, and when the member can leave.</content>
public abstract partial class Connection
{
    private bool _endOfInputReported;
    private bool _aborted;

    /// <summary>Whether there is input that was not read, as far as the socket can tell. The default asks the system.</summary>
    protected virtual bool HasUnread => Socket.Available > 0;

    /// <summary>
    /// Sends what the peer has to be told before the FIN. On the flushing thread, when nothing else is under way; not before a reset. If the socket is
    /// full, it waits with <see cref="SendHeld"/>, and is called again. The default sends nothing.
    /// </summary>
    /// <returns>Whether the system has it all, or nothing more can be sent.</returns>
    protected virtual bool SayGoodbye() => true;

    /// <summary>Whether the connection is closed but for what <see cref="SayGoodbye"/> still sends.</summary>
    private bool IsSayingGoodbye => _closed && _blocked && !_aborted;

    /// <summary>Called once when the connection has ended: its socket is closed and no operation is under way. On the flushing thread.</summary>
    protected virtual void Ended()
    {
    }

    /// <summary>Ends the connection of an evicted member: with a reset, or by keeping the socket open where there is no reset.</summary>
    private void Evict(EvictedSockets evicted)
    {
        // What a Unix socket holds for a read that is under way is about to be dropped. The receiving thread wakes this one when it has done so.
        Interlocked.MemoryBarrier();
        if (HoldsInput && Volatile.Read(ref _reading) != 0)
        {
            return;
        }

        // A peer that has sent nothing waits for no receipt, so it may see the end at once.
        if (Socket.ProtocolType != ProtocolType.Tcp && _hasSent && evicted.TryKeep(Socket))
        {
            Abort();
        }
        else
        {
            Reset();
        }
    }

    /// <summary>
    /// Tells the room that the peer's input has ended, if it has. This happens on the flushing thread, although the receiving thread has seen the
    /// end: the system reports a reset only once, to the first send or receive. After a send got it, a receive sees an end of input although the
    /// peer did not half-close. Only the flushing thread knows whether a send got it.
    /// </summary>
    /// <param name="failure">How the connection has failed, if it has.</param>
    private void ReportEndOfInput(SocketError failure)
    {
        if (_endOfInputReported || _finished || !_inputEnded)
        {
            return;
        }

        if (failure == SocketError.Success)
        {
            if (_blocked && TcpProgress.IsClosed(Socket))
            {
                // The send that is under way has not reported its error yet.
                return;
            }

            // A send sets _failure before it clears _blocked, so an error of that send is seen here.
            failure = _failure;
        }

        // A broken pipe means that the reset came after the end of input: it is about what the server sent since. Every send after any reset also
        // gets a broken pipe, but then the receive has failed before and has seen no end of input.
        if (failure is SocketError.Success or SocketError.Shutdown)
        {
            _endOfInputReported = true;
            _member.EndOfInput();
        }
    }

    /// <summary>
    /// Everything has been sent. Closes the connection if the peer has half-closed, unless the peer would take the FIN for the receipt of lost input.
    /// </summary>
    private void Finish()
    {
        // Wait for the receiving thread if it has read bytes and not handed them over yet; it wakes this thread when it has. After that it reads
        // nothing, because the room takes no more. So the room's second answer is final.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _reading) != 0)
        {
            return;
        }

        if (_member.Pending(Memory<byte>.Empty, out _) == Outbound.CutOff)
        {
            _cutOff = true;
        }
        else if (_inputEnded)
        {
            Close();
        }
        else
        {
            // The room has taken what it was given. What is unread after that comes too late.
            DropHeld(stackalloc byte[4 << 10]);
            _cutOff = HasUnread;
        }

        // A peer that has not half-closed gets no FIN yet. It may be about to send and half-close, and would take that FIN for its receipt. It can
        // do so until the server's patience ends.
        //
        // This comes last: from here on the receiving thread reads again, to find the peer's end.
        _finished = true;
    }

    /// <summary>Closes with a FIN, or with a reset if the peer has sent more by then.</summary>
    private void Close()
    {
        // No new read begins after this. A read that is under way must end first, because disposing the socket during it would reset the connection.
        // Shutting down the receiving direction ends the read. It sends the peer nothing, and what has arrived stays unread.
        _closed = true;
        if (IsBusy)
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Receive);
            }
            catch (SocketException)
            {
                // The peer has reset it.
                Abort();
                return;
            }
        }

        LeaveIfIdle();
    }

    /// <summary>Closes the socket at once and ends what is under way.</summary>
    private void Abort()
    {
        _closed = true;
        _aborted = true;
        Socket.Dispose();
        LeaveIfIdle();
    }

    private void LeaveIfIdle()
    {
        if (HasEnded || IsBusy || !(_aborted || _cutOff || SayGoodbye()))
        {
            return;
        }

        HasEnded = true;
        SetLastEnd();
        Socket.Dispose();
        Ended();
        _member.Leave();
    }

    /// <summary>
    /// Sets how the system ends the connection. For a peer that has sent something a FIN is a receipt, and from here on the death of the process
    /// also gives it. Bytes that arrive after this stay unread, and closing a socket with unread bytes resets the connection. Shutting down the
    /// sending direction would not do: it ignores unread bytes, and the peer would see the FIN first.
    /// </summary>
    private void SetLastEnd()
    {
        if (_hasSent && !_aborted)
        {
            SocketTuning.SetEnd(Socket, withReset: _cutOff);
        }
    }
}
