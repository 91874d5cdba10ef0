using System.Diagnostics;
using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <summary>
/// Sends the user's input to the peer, on a thread of its own: a server that holds this client back must not keep the client from reading
/// what the server sends. The pump lives as long as the client; connections come and go. Without a connection it stops reading once it
/// has filled its <see cref="Outbox"/>.
/// </summary>
/// <remarks>
/// This file is the client's part: what the client's thread asks and tells. The input thread is in <c>OutboundPump.Input.cs</c>. The two
/// meet in one state, <see cref="OutboundState"/>.
/// </remarks>
/// <param name="local">The user's side. The input thread reads its input.</param>
/// <param name="options">What to do when the input ends.</param>
internal sealed partial class OutboundPump(LocalStreams local, ClientOptions options)
{
    /// <summary>How many connections in a row may be lost in the middle of one line.</summary>
    public const int MostCuts = 3;

    // Guards the fields below. No thread waits for the system while it holds the gate. Sending from the outbox happens outside of the gate,
    // in the state Sending, in which no other thread changes the outbox.
    private readonly object _gate = new();
    private readonly Outbox _outbox = new(options.Terminator, keepsLine: options.Retries);
    private OutboundState _state = Unstarted;
    private Connection? _connection;
    private bool _isStopping;
    private long _inDoubt;
    private IOException? _inputFailure;

    /// <summary>Why the input could not be read; null if it could.</summary>
    public IOException? InputFailure
    {
        get
        {
            lock (_gate)
            {
                return _inputFailure;
            }
        }
    }

    /// <summary>Whether there was nothing to send, or nothing more, and the client has no other work.</summary>
    public bool HasNothingToDo
    {
        get
        {
            lock (_gate)
            {
                return _state == NothingToDo;
            }
        }
    }

    /// <summary>Whether another connection would have nothing to send: the input has failed, or it has ended and all of it was sent.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _state is Failed or NothingToDo || (_state.IsAfterInput() && _outbox.Taken > 0 && _outbox.Unsent.IsEmpty);
            }
        }
    }

    /// <summary>
    /// The beginning of a line that no connection survives, or null if there is none. So many connections in a row were lost in the middle
    /// of it that the line itself must be the cause: it may be too long for the peer.
    /// </summary>
    public string? FatalLine
    {
        get
        {
            lock (_gate)
            {
                return _outbox.Cuts < MostCuts ? null : _outbox.Beginning;
            }
        }
    }

    /// <summary>How many bytes of what was read may not have been delivered.</summary>
    /// <param name="unconfirmed">A connection that is still attached and has not confirmed what was sent over it; null if there is none.</param>
    public long Doubt(Connection? unconfirmed)
    {
        lock (_gate)
        {
            return _inDoubt + _outbox.Dropped + (unconfirmed?.Handed ?? 0) + _outbox.Unsent.Length;
        }
    }

    /// <summary>
    /// Sends over this connection from now on. The first call starts the input thread. It is a background thread: it does not keep the
    /// process alive, whatever it waits for.
    /// </summary>
    /// <param name="connection">Must not be disposed before <see cref="Detach"/> if another connection may follow.</param>
    public void Attach(Connection connection)
    {
        bool isFirst;
        lock (_gate)
        {
            _connection = connection;
            if (_state is NothingToDo or Failed)
            {
                // The input ended while there was no connection to end.
                connection.Interrupt();
            }

            Monitor.PulseAll(_gate);
            isFirst = _state == Unstarted;
            if (isFirst)
            {
                Move(Waiting);
            }
        }

        if (isFirst)
        {
            new Thread(Run) { IsBackground = true, Name = "input" }.Start();
        }
    }

    /// <summary>
    /// Stops sending over a connection that is lost. What was sent over it is in doubt from now on, except for a line of which only the
    /// beginning was sent. That line is sent again when there is more of it, or when the input ends.
    /// </summary>
    /// <param name="connection">The connection that was attached.</param>
    /// <returns>How many bytes may not have been delivered.</returns>
    public long Detach(Connection connection)
    {
        lock (_gate)
        {
            _connection = null;
            if (_state.UsesConnection() || _outbox.IsMidLine)
            {
                connection.Abort();
            }

            AwaitUse();
            long lost = connection.Handed - _outbox.Rewind();
            _inDoubt += lost;
            Monitor.PulseAll(_gate);
            return lost;
        }
    }

    /// <summary>
    /// Waits until a send that is under way has succeeded or failed. Only for a connection that is closed, or it could take for ever.
    /// </summary>
    public void AwaitSend()
    {
        lock (_gate)
        {
            AwaitUse();
        }
    }

    /// <summary>
    /// Stops reading the input and asks the peer for its confirmation, as soon as everything that was read has been sent and ends with a
    /// whole line.
    /// </summary>
    /// <param name="connection">The connection that is attached.</param>
    /// <returns>False if this connection has nothing to confirm: no input was read for it, and none will be.</returns>
    public bool Stop(Connection connection)
    {
        bool owes, isAtRest;
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
            bool isMoreToCome = local.IsGiven && !_state.IsAfterInput();
            owes = connection.Handed > 0 || _state == Reading || isMoreToCome || (_state != Waiting && !_outbox.Unsent.IsEmpty);

            // The input thread may wait for input for ever, so this thread asks in its place. In every other state the input thread asks.
            isAtRest = _state == Waiting && !_outbox.IsMidLine && !isMoreToCome;
        }

        if (owes && isAtRest)
        {
            connection.TryAsk();
        }

        return owes;
    }

    /// <summary>Waits until the input thread does not use the connection. The gate is held, and released while waiting.</summary>
    private void AwaitUse()
    {
        while (_state.UsesConnection())
        {
            Monitor.Wait(_gate);
        }
    }

    /// <summary>Changes the state; nothing else does. The gate is held.</summary>
    private void Move(OutboundState next)
    {
        Debug.Assert(Monitor.IsEntered(_gate), "the state changes only under the gate");
        Debug.Assert(OutboundStates.Allows(_state, next), $"{next} does not follow {_state}");
        _state = next;
        Monitor.PulseAll(_gate);
    }
}
