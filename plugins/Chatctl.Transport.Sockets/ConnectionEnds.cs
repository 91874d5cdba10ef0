using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <content>How a connection ends: what the peer sees last, and when the member can leave.</content>
public abstract partial class Connection
{
    private bool _toldEndOfInput;
    private bool _askedSooner;
    private bool _aborted;
    private ulong _acknowledged;

    /// <summary>Whether the peer has half-closed and stays. From one that has gone since there is no more input that could tell; see <see cref="Look"/>.</summary>
    public bool IsListener => _inputEnded && !_closed;

    /// <summary>Looks whether a peer that has half-closed has gone altogether since; if so, the next <see cref="Flush"/> ends the connection. On the flushing thread.</summary>
    public void Look()
    {
        // One that is blocked fails when its socket is written to, or has been.
        if (!IsListener || _blocked)
        {
            return;
        }

        if (!_askedSooner)
        {
            _askedSooner = true;
            try
            {
                SocketTuning.AskSooner(Socket, _options);
            }
            catch (SocketException)
            {
                // It has been reset, as will be seen at once.
            }
        }

        // To send nothing fails just where to send something would: the connection was reset, timed out, or was hung up on.
        Socket.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted))
        {
            Failed(error);
        }
    }

    /// <summary>Cuts the peer off with a reset; what is still in flight is lost, and meant to be. On the flushing thread.</summary>
    /// <returns>Whether there was a connection left to reset.</returns>
    public bool Reset()
    {
        if (_closed)
        {
            return false;
        }

        SocketTuning.CloseWithReset(Socket);
        Abort();
        return true;
    }

    /// <summary>Ends the connection of a member that the room has evicted: with a reset, or, where there is none, by keeping the socket open.</summary>
    private void Evict(EvictedSockets evicted)
    {
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

    /// <summary>The time for the peer to close first is up: closes it. On the flushing thread.</summary>
    /// <param name="evenIfSlow">
    /// Whether to reset also a peer that is still taking what was sent to it; if not, such a one stays, until it has taken all or has taken
    /// nothing between two of these calls.
    /// </param>
    public void End(bool evenIfSlow)
    {
        if (_closed)
        {
            return;
        }

        Interlocked.MemoryBarrier();
        if (!_cutOff && Volatile.Read(ref _reading) == 0 && Socket.Available == 0)
        {
            // Unlike a reset this leaves the peer whatever is in flight.
            Close();
        }
        else if (evenIfSlow || !TakesMore())
        {
            Reset();
        }
    }

    /// <summary>The connection has ended: its socket is closed and nothing is under way any more. On the flushing thread, once.</summary>
    protected virtual void Ended()
    {
    }

    /// <summary>
    /// Tells the room of the peer's end of input, if there is one. On the flushing thread, and not on the one that has seen it: a connection's
    /// reset is told once, to whoever sends or receives first, and the other then sees an end of input that was none. Who sends knows.
    /// </summary>
    /// <param name="failure">How the connection has failed, if it has.</param>
    private void TellEndOfInput(SocketError failure)
    {
        if (_toldEndOfInput || _finished || !_inputEnded)
        {
            return;
        }

        if (failure == SocketError.Success)
        {
            if (_blocked && TcpProgress.IsClosed(Socket))
            {
                // The send that is under way has not said yet what it was.
                return;
            }

            // It says so before it is no longer under way.
            failure = _failure;
        }

        // A reset that comes after the end of input, and so is about what we sent since, is told as a broken pipe. So is every send after any
        // reset, but by then whoever received has failed and has seen no end.
        if (failure is SocketError.Success or SocketError.Shutdown)
        {
            _toldEndOfInput = true;
            _member.EndOfInput();
        }
    }

    /// <summary>All that is left is the ends: tells the peer of ours, unless it would take it for the receipt of something that is lost.</summary>
    private void Finish()
    {
        // What has been read but not handed over yet decides; the receiving thread wakes this one when it has done so. From here on it
        // reads nothing, as the room takes no more, so the answer is final if the room is asked again.
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
        else if (Socket.Available > 0)
        {
            _cutOff = true;
        }

        // A peer that has not half-closed gets no FIN yet. It may be about to speak and to finish, and would take that FIN for its receipt. It has
        // until the end of the server's patience to speak first.
        //
        // Last, since it lets the receiving thread read again, to find the peer's end.
        _finished = true;
    }

    /// <summary>Whether there is more in flight for the peer, and less than when this was asked last.</summary>
    private bool TakesMore()
    {
        bool takes = TcpProgress.TryRead(Socket, out TcpProgress progress) && progress.IsInFlight && progress.Acknowledged > _acknowledged;
        _acknowledged = progress.Acknowledged;
        return takes;
    }

    /// <summary>Closes with a FIN, or with a reset if the peer has said something more by then.</summary>
    private void Close()
    {
        // From here on no read begins. One that is under way has to end first. To shut down the receiving direction ends it, sends the peer
        // nothing, and leaves unread what has arrived. To dispose the socket beside it would reset the connection.
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

    /// <summary>Closes whatever is under way.</summary>
    private void Abort()
    {
        _closed = true;
        _aborted = true;
        Socket.Dispose();
        LeaveIfIdle();
    }

    private void LeaveIfIdle()
    {
        if (HasEnded || IsBusy)
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
    /// Says how the system ends the connection. For a peer that has sent something a FIN is a receipt, and from here on the death of the process
    /// gives it too. Bytes that come after this stay unread, and a socket that is closed with unread bytes resets its connection. A shutdown of
    /// the sending direction does not look at them: the peer would see the FIN first.
    /// </summary>
    private void SetLastEnd()
    {
        if (_hasSent && !_aborted)
        {
            SocketTuning.SetEnd(Socket, withReset: _cutOff);
        }
    }
}
