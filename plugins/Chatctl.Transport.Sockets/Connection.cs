using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>
/// One peer: its socket and its member of the room. How a connection is flushed and how it ends is the same for every transport over sockets;
/// what derives from this says how to wait for input, and for a socket that takes no more.
/// </summary>
/// <remarks>
/// Two threads may use it at the same time: one that receives, and the one that flushes all connections of the server. Only the latter closes
/// the socket and lets the member leave; the other sets down what it has seen and wakes it.
/// </remarks>
public abstract partial class Connection
{
    // What one member may be sent in one pass, and what may be read from it: neither a reader that catches up nor a sender that floods may
    // keep the threads from all others, and nobody fills the room faster than it is emptied. A read of a few bytes costs no less than one
    // of a page, and counts as that.
    private const int BytesPerPass = 256 << 10;
    private const int LeastPerRead = 4 << 10;

    private readonly IMember _member;
    private readonly ServerOptions _options;
    private readonly ILogger _logger;
    private volatile bool _hasSent;
    private volatile bool _inputEnded;
    private volatile bool _finished;
    private volatile bool _cutOff;
    private volatile bool _blocked;
    private volatile int _sentSinceBlocked;

    // Set back by the flushing thread while the receiving one adds. If that is lost, the connection parks sooner than it had to, and the next
    // pass sets it back again.
    private volatile int _receivedInPass;
    private volatile SocketError _failure;
    private Exception? _fault;
    private int _reading;
    private int _parked;
    private volatile bool _closed;

    /// <summary>Takes over an accepted socket and readies it: non-blocking, small lines leave at once, and what the options say.</summary>
    /// <param name="socket">Just accepted; this connection closes it.</param>
    /// <param name="member">The member made for it, which leaves when the connection has ended.</param>
    /// <param name="options">What the server was told.</param>
    /// <param name="logger">Where failures are told.</param>
    protected Connection(Socket socket, IMember member, ServerOptions options, ILogger logger)
    {
        Socket = socket;
        _member = member;
        _options = options;
        _logger = logger;
        try
        {
            SocketTuning.Apply(socket, options);
        }
        catch (SocketException e)
        {
            // Some systems refuse options on a connection that has been reset already.
            _failure = e.SocketErrorCode;
        }
    }

    /// <summary>The peer's socket, non-blocking.</summary>
    public Socket Socket { get; }

    /// <summary>Whether everything the peer was to get has been sent, and its closing is all that is left to wait for.</summary>
    public bool IsFinished => _finished;

    /// <summary>Since when the peer has had everything, for who ends it; null before. On the flushing thread.</summary>
    public long? FinishedSince { get; set; }

    /// <summary>Whether the connection has ended: its socket is closed, and its member has left.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>
    /// Whether the socket should be read from now. A change to true is announced by a wake of the door; but for a sender that has used up what
    /// may be read from it in a pass: then whoever receives has a pass made after <see cref="TryPark"/>.
    /// </summary>
    public bool AwaitsInput => _receivedInPass < BytesPerPass && !_inputEnded && !_closed && _fault is null && _failure == SocketError.Success && (_finished ? !_cutOff : _member.WantsInput);

    /// <summary>Whether the socket took less than it was offered, and nothing is sent until it takes more.</summary>
    public bool AwaitsWritable => _blocked;

    /// <summary>Whether receiving has stopped until <see cref="ResumeIfAwaited"/>.</summary>
    public bool IsParked => _parked != 0;

    /// <summary>Whether an operation on the socket is still under way, so that the member cannot leave yet. Closing the socket ends them all.</summary>
    protected virtual bool IsBusy => false;

    /// <summary>
    /// Whether one thread both receives and flushes. A send that is the first to fail then knows what the reset came after; otherwise a receive
    /// may have been told before it, and not have said so yet.
    /// </summary>
    protected virtual bool IsOnOneThread => false;

    /// <summary>
    /// Sends what is pending as far as the socket takes it, or takes the next step to the connection's end. On the flushing thread, in every
    /// pass.
    /// </summary>
    /// <param name="scratch">The thread's buffer for pieces; see <see cref="IMember.Pending"/>.</param>
    /// <param name="evicted">Takes over the socket of a peer that must not see its end.</param>
    internal void Flush(Memory<byte> scratch, EvictedSockets evicted)
    {
        _receivedInPass = 0;
        if (_fault is not null && Interlocked.Exchange(ref _fault, null) is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        if (_closed)
        {
            LeaveIfIdle();
        }
        else if (_failure != SocketError.Success)
        {
            TellEndOfInput(_failure);
            SocketMessages.ConnectionFailed(_logger, _member, _failure);
            Abort();
        }
        else
        {
            TellEndOfInput(SocketError.Success);
            Proceed(scratch, evicted);
        }
    }

    private void Proceed(Memory<byte> scratch, EvictedSockets evicted)
    {
        if (_member.IsEvicted)
        {
            Evict(evicted);
        }
        else if (_finished)
        {
            if (_inputEnded && !_cutOff)
            {
                Close();
            }
        }
        else if (!_blocked)
        {
            if (_sentSinceBlocked > 0)
            {
                _member.Sent(_sentSinceBlocked);
                _sentSinceBlocked = 0;
            }

            SendPending(scratch);
        }
    }

    /// <summary>Receives again, if it has stopped and input is awaited. On the flushing thread, when everybody has been flushed.</summary>
    /// <returns>Whether it had stopped and does.</returns>
    public bool ResumeIfAwaited()
    {
        if (_parked == 0 || !AwaitsInput || Interlocked.Exchange(ref _parked, 0) == 0)
        {
            return false;
        }

        Resume();
        return true;
    }

    /// <summary>Reads once, without waiting, into a buffer, and hands over what came. On the receiving thread.</summary>
    /// <param name="buffer">Free again when the call returns.</param>
    protected void Receive(Span<byte> buffer)
    {
        // Announced before it is asked whether input is awaited: the flushing thread asks in the other order (see Finish), so bytes on
        // their way to a room that takes no more are never receipted.
        Interlocked.Exchange(ref _reading, 1);
        try
        {
            if (AwaitsInput && TryReceive(buffer, out int count))
            {
                _receivedInPass += Math.Max(count, LeastPerRead);
                Received(buffer[..count]);
            }
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>
    /// Something has failed that should not: the next pass throws it, and the server ends. On any thread; whoever is not on the flushing one
    /// wakes it after.
    /// </summary>
    /// <param name="exception">What was thrown.</param>
    protected void Faulted(Exception exception) => _fault = exception;

    /// <summary>Receiving has failed. On the receiving thread, which wakes the flushing one after.</summary>
    /// <param name="error">Why.</param>
    protected void ReceiveFailed(SocketError error)
    {
        // To a receive, only a reset that came after the end of input is a broken pipe.
        _inputEnded |= error == SocketError.Shutdown;
        Failed(error);
    }

    /// <summary>An operation on the socket has failed. On any thread; whoever is not on the flushing one wakes it after.</summary>
    /// <param name="error">Why.</param>
    protected void Failed(SocketError error) => _failure = error;

    /// <summary>Stops receiving while no input is awaited. On the receiving thread.</summary>
    /// <returns>Whether it has stopped, and <see cref="Resume"/> will be called; false if input is awaited again already.</returns>
    protected bool TryPark()
    {
        Interlocked.Exchange(ref _parked, 1);
        return !AwaitsInput || Interlocked.Exchange(ref _parked, 0) == 0;
    }

    /// <summary>Begins to receive again after <see cref="TryPark"/>. On the flushing thread.</summary>
    protected virtual void Resume()
    {
    }

    /// <summary>
    /// The socket took less than it was offered. Waits until it takes more, by sending the rest or otherwise, and then calls
    /// <see cref="Unblock"/>. On the flushing thread.
    /// </summary>
    /// <param name="rest">What is to be sent next: memory of the room's, valid until the member leaves.</param>
    protected abstract void AwaitWritable(ReadOnlyMemory<byte> rest);

    /// <summary>The socket takes bytes again, or has failed. On any thread; whoever is not on the flushing one wakes it after.</summary>
    /// <param name="sent">How many of the bytes that <see cref="AwaitWritable"/> was given have been sent meanwhile.</param>
    protected void Unblock(int sent)
    {
        _sentSinceBlocked = sent;
        _blocked = false;
    }

    private bool TryReceive(Span<byte> buffer, out int count)
    {
        try
        {
            count = 0;
            SocketError error;
            if (!_hasSent)
            {
                // A peer that never sends has nothing to be told, and a reset would take from it what is in flight. So the first byte is looked at
                // before it is read. Before, not after: if the process dies between the two, the system must not end the connection with a FIN,
                // which the peer would take for the receipt of what was read.
                bool speaks = Socket.Receive(buffer[..1], SocketFlags.Peek, out error) > 0;
                if (!speaks)
                {
                    return CameTo(error);
                }

                SocketTuning.SetEnd(Socket, withReset: true);
            }

            count = Socket.Receive(buffer, SocketFlags.None, out error);
            return CameTo(error);
        }
        catch (ObjectDisposedException)
        {
            // The flushing thread has closed it since it was asked whether input is awaited.
            count = 0;
            return false;
        }
    }

    /// <summary>What a read has come to.</summary>
    /// <returns>Whether it has read something, be it the end of input.</returns>
    private bool CameTo(SocketError error)
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
            // For the flushing thread to tell: see there.
            _inputEnded = true;
        }
        else if (_finished)
        {
            // It came after the room stopped listening to this member, so it ends in a reset: nobody may take it for delivered.
            _cutOff = true;
        }
        else
        {
            _hasSent = true;
            _member.Receive(bytes);
        }
    }

    private void SendPending(Memory<byte> scratch)
    {
        for (int budget = BytesPerPass; ;)
        {
            switch (_member.Pending(scratch, out ReadOnlyMemory<byte> bytes))
            {
                case Outbound.Nothing:
                    return;
                case Outbound.Finish:
                    Finish();
                    return;
                case Outbound.CutOff:
                    _cutOff = true;
                    _finished = true;
                    return;
            }

            int length = Math.Min(bytes.Length, budget);
            int count = Socket.Send(bytes.Span[..length], SocketFlags.None, out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted))
            {
                _inputEnded |= IsOnOneThread && error == SocketError.Shutdown;
                TellEndOfInput(error);
                SocketMessages.ConnectionFailed(_logger, _member, error);
                Abort();
                return;
            }

            _member.Sent(count);
            budget -= count;

            // Whoever has used up the budget takes its turn behind the others too.
            if ((count < length || budget == 0) && _member.Pending(Memory<byte>.Empty, out ReadOnlyMemory<byte> rest) == Outbound.Bytes)
            {
                _blocked = true;
                AwaitWritable(rest[..Math.Min(rest.Length, BytesPerPass)]);
                return;
            }
        }
    }
}
