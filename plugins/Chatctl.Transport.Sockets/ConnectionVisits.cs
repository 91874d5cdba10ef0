using System.Net.Sockets;

namespace Chatctl.Transport.Sockets;

/// <content>What the server does with a connection when no input and no output is the reason: it looks whether the peer has gone, and ends what must not wait.</content>
public abstract partial class Connection
{
    private bool _askedSooner;
    private ulong _acknowledged;

    /// <summary>
    /// Whether the peer has half-closed and stays. No input can show that such a peer has gone; see <see cref="Look"/>.
    /// </summary>
    public bool IsListener => _inputEnded && !_closed;

    /// <summary>
    /// Checks whether a peer that has half-closed has gone since. If so, the next <see cref="Flush"/> ends the connection. On the flushing thread.
    /// </summary>
    public void Look()
    {
        // If the peer of a blocked connection has gone, the pending send fails.
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
                // The connection was reset. The send below fails too.
            }
        }

        // Sending nothing fails if sending a byte would: the peer has reset the connection, timed out, or closed its socket.
        Socket.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted))
        {
            Failed(error);
        }
    }

    /// <summary>Resets the connection. What is in flight is lost, and this is intended. On the flushing thread.</summary>
    /// <returns>Whether there was a connection left to reset.</returns>
    public bool Reset()
    {
        if (_closed && !IsSayingGoodbye)
        {
            return false;
        }

        SocketTuning.CloseWithReset(Socket);
        Abort();
        return true;
    }

    /// <summary>Closes the connection because the time for the peer to close first is over. On the flushing thread.</summary>
    /// <param name="evenIfSlow">
    /// Whether to reset even a peer that still takes what was sent to it. If not, such a peer stays until it has taken everything, or has taken
    /// nothing between two calls.
    /// </param>
    public void End(bool evenIfSlow)
    {
        if (_closed)
        {
            if (IsSayingGoodbye && (evenIfSlow || !TakesMore()))
            {
                Reset();
            }

            return;
        }

        Interlocked.MemoryBarrier();
        bool isReading = Volatile.Read(ref _reading) != 0;
        if (isReading && !evenIfSlow)
        {
            // It may be reading the peer's end. The next call decides.
            return;
        }

        if (!_cutOff && !isReading && Socket.Available == 0)
        {
            // Unlike a reset, this leaves the peer what is in flight.
            Close();
        }
        else if (evenIfSlow || !TakesMore())
        {
            Reset();
        }
    }

    /// <summary>Whether bytes are in flight to the peer, and it has taken some since the last call.</summary>
    private bool TakesMore()
    {
        bool takes = TcpProgress.TryRead(Socket, out TcpProgress progress) && progress.IsInFlight && progress.Acknowledged > _acknowledged;
        _acknowledged = progress.Acknowledged;
        return takes;
    }
}
