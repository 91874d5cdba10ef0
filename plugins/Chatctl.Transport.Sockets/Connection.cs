using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>
/// One peer: its socket and its member of the room. All transports over sockets flush and end a connection in the same way. A derived class
/// decides how to wait for input, and how to wait for a socket that is full.
/// </summary>
/// <remarks>
/// Two threads may use a connection at the same time: the receiving thread, and the flushing thread, which flushes all connections of the server.
/// Only the flushing thread closes the socket and lets the member leave. The receiving thread records what it has seen and wakes the flushing thread.
/// </remarks>
public abstract partial class Connection
{
    // What may be sent to one member, and read from it, in one pass. A reader that catches up must not keep the threads from the others, nor a
    // sender that floods; and no sender may fill the room faster than it is emptied.
    private const int BytesPerPass = 256 << 10;

    private readonly IMember _member;
    private readonly ServerOptions _options;
    private readonly ILogger _logger;
    private volatile bool _hasSent;
    private volatile bool _inputEnded;
    private volatile bool _finished;
    private volatile bool _cutOff;
    private volatile bool _blocked;
    private volatile int _sentSinceBlocked;
    private volatile SocketError _failure;
    private Exception? _fault;
    private volatile bool _closed;

    /// <summary>Takes over an accepted socket and sets it up: non-blocking, without delay for small lines, and as the options say.</summary>
    /// <param name="socket">The accepted socket. This connection closes it.</param>
    /// <param name="member">The member made for it. It leaves when the connection has ended.</param>
    /// <param name="options">The server's options.</param>
    /// <param name="logger">The log for failures.</param>
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
            // Some systems refuse options on a connection that was already reset.
            _failure = e.SocketErrorCode;
        }
    }

    /// <summary>The peer's socket. It is non-blocking.</summary>
    public Socket Socket { get; }

    /// <summary>Whether everything for this peer has been sent, and the connection only waits for the peer to close.</summary>
    public bool IsFinished => _finished;

    /// <summary>Since when the connection has been finished, as its owner noted it; null before. On the flushing thread.</summary>
    public long? FinishedSince { get; set; }

    /// <summary>Whether the connection has ended: its socket is closed, and its member has left.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>
    /// Whether to read from the socket now. The door's wake announces a change to true, with one exception: if a sender has used up its bytes for
    /// this pass, the receiving thread asks for another pass itself, after <see cref="TryPark"/>.
    /// </summary>
    public bool AwaitsInput => _receivedInPass < BytesPerPass && !_inputEnded && !_closed && _fault is null && _failure == SocketError.Success && (_finished ? !_cutOff : _member.WantsInput);

    /// <summary>Whether the socket is full. Nothing is sent until it takes bytes again.</summary>
    public bool AwaitsWritable => _blocked;

    /// <summary>Whether an operation on the socket is under way, so that the member cannot leave yet. Closing the socket ends all operations.</summary>
    protected virtual bool IsBusy => false;

    /// <summary>
    /// Whether one thread both receives and flushes. If so, and a send is the first to fail, the send's error tells whether the reset came after
    /// the end of input. With two threads, a receive may have got the error first and not have reported it yet.
    /// </summary>
    protected virtual bool IsOnOneThread => false;

    /// <summary>
    /// Whether bytes that <see cref="Send"/> got are kept here in another form, because the socket did not take all of that. They count as sent when it
    /// has; <see cref="AwaitWritable"/> sends the rest. On the flushing thread.
    /// </summary>
    protected virtual bool HoldsOutput => false;

    /// <summary>
    /// Sends pending bytes until the socket is full, or takes the next step to the connection's end. On the flushing thread, in every pass.
    /// </summary>
    /// <param name="scratch">The thread's buffer for pieces; see <see cref="IMember.Pending"/>.</param>
    /// <param name="evicted">Takes over the socket of an evicted peer that must not see its end.</param>
    internal void Flush(Memory<byte> scratch, EvictedSockets evicted)
    {
        _receivedInPass = 0;
        if (_fault is not null && Interlocked.Exchange(ref _fault, null) is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        if (_closed)
        {
            if (IsSayingGoodbye && _member.IsEvicted)
            {
                Abort();
            }

            LeaveIfIdle();
        }
        else if (_failure != SocketError.Success)
        {
            ReportEndOfInput(_failure);
            SocketMessages.ConnectionFailed(_logger, _member, _failure);
            Abort();
        }
        else
        {
            ReportEndOfInput(SocketError.Success);
            Proceed(scratch, evicted);
        }
    }

    /// <summary>
    /// Reports an unexpected exception. The next pass throws it, and the server ends. On any thread; a caller on another thread than the flushing
    /// thread wakes that afterwards.
    /// </summary>
    /// <param name="exception">The exception.</param>
    protected void Faulted(Exception exception) => _fault = exception;

    /// <summary>Reports that an operation on the socket has failed. On any thread; a caller on another thread than the flushing thread wakes that afterwards.</summary>
    /// <param name="error">The error.</param>
    protected void Failed(SocketError error) => _failure = error;

    /// <summary>Sends without waiting. On the flushing thread. The default sends the bytes as they are.</summary>
    /// <param name="bytes">The bytes; they may be in the thread's scratch memory.</param>
    /// <param name="error">Why it has sent no more.</param>
    /// <returns>How many of the bytes the system has; zero if it <see cref="HoldsOutput"/>.</returns>
    protected virtual int Send(ReadOnlyMemory<byte> bytes, out SocketError error) => Socket.Send(bytes.Span, SocketFlags.None, out error);

    /// <summary>
    /// Waits until the full socket takes bytes again, for example by sending the rest, and then calls <see cref="Unblock"/>. On the flushing thread.
    /// </summary>
    /// <param name="rest">
    /// The next bytes to send. They are the room's memory, valid until the member leaves. Empty if it <see cref="HoldsOutput"/>.
    /// </param>
    protected abstract void AwaitWritable(ReadOnlyMemory<byte> rest);

    /// <summary>
    /// Reports that the socket takes bytes again, or has failed. On any thread; a caller on another thread than the flushing thread wakes that
    /// afterwards.
    /// </summary>
    /// <param name="sent">
    /// How many bytes of <see cref="AwaitWritable"/>'s argument have been sent in the meantime, or of <see cref="Send"/>'s if that argument was empty.
    /// </param>
    protected void Unblock(int sent)
    {
        _sentSinceBlocked = sent;
        _blocked = false;
    }

    /// <summary>Waits as for a full socket, to send what this connection holds. On the flushing thread.</summary>
    protected void SendHeld()
    {
        _blocked = true;
        AwaitWritable(ReadOnlyMemory<byte>.Empty);
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
            int count = Send(bytes[..length], out SocketError error);
            if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted))
            {
                _inputEnded |= IsOnOneThread && error == SocketError.Shutdown;
                ReportEndOfInput(error);
                SocketMessages.ConnectionFailed(_logger, _member, error);
                Abort();
                return;
            }

            if (HoldsOutput)
            {
                SendHeld();
                return;
            }

            _member.Sent(count);
            budget -= count;

            // A member that has used its budget waits until the others had a turn, as if its socket were full.
            if ((count < length || budget == 0) && _member.Pending(Memory<byte>.Empty, out ReadOnlyMemory<byte> rest) == Outbound.Bytes)
            {
                _blocked = true;
                AwaitWritable(rest[..Math.Min(rest.Length, BytesPerPass)]);
                return;
            }
        }
    }
}
