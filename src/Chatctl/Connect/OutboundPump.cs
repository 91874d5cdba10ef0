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
/// <param name="outbox">What was read and may still have to be sent. This pump does not share it, except with what tells it of confirmations.</param>
internal sealed partial class OutboundPump(LocalStreams local, ClientOptions options, IOutbox outbox)
{
    // Guards the fields below. No thread waits for the system while it holds the gate. Sending from the outbox happens outside of the gate,
    // in the state Sending, in which no other thread moves what is in the outbox.
    private readonly object _gate = outbox.Gate;
    private readonly IOutbox _outbox = outbox;
    private OutboundState _state = Unstarted;
    private Connection? _connection;
    private bool _isStopping;
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

    /// <summary>
    /// Whether another connection would have nothing to send: the input has failed, or it has ended and all of it was sent, and confirmed if it
    /// can be sent again.
    /// </summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _state is Failed or NothingToDo || (_state.IsAfterInput() && _outbox.Taken > 0 && _outbox.IsSettled);
            }
        }
    }

    /// <summary>Whether something that was read still has to be sent, or sent again, over another connection.</summary>
    public bool SendsAgain
    {
        get
        {
            lock (_gate)
            {
                return _outbox is { SendsAgain: true, IsSettled: false };
            }
        }
    }

    /// <summary>Whether the peer has acknowledged all that was read. A plain peer acknowledges nothing.</summary>
    public bool IsAcknowledged
    {
        get
        {
            lock (_gate)
            {
                return _outbox is { SendsAgain: true, IsSettled: true };
            }
        }
    }

    /// <inheritdoc cref="IOutbox.FatalLine"/>
    public string? FatalLine
    {
        get
        {
            lock (_gate)
            {
                return _outbox.FatalLine;
            }
        }
    }

    /// <inheritdoc cref="IOutbox.Doubt"/>
    /// <param name="unconfirmed">A connection that is still attached; null if there is none.</param>
    /// <param name="isConfirmed">Whether it has confirmed all that it got.</param>
    public string Doubt(Connection? unconfirmed, bool isConfirmed)
    {
        lock (_gate)
        {
            return _outbox.Doubt(unconfirmed?.Handed ?? 0, isConfirmed);
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

        // A request may have come before the first connection was attached.
        Assist();
    }

    /// <summary>
    /// Sends what the outbox has although the input thread waits for input, on a thread of its own, if there is a connection. Called when something
    /// has come into the outbox that is no input.
    /// </summary>
    public void Assist()
    {
        lock (_gate)
        {
            if (_state != Waiting || _connection is null || _outbox.Unsent.IsEmpty || !_outbox.SendsAgain)
            {
                // In any other state the input thread sends it, now or when it has a connection.
                return;
            }

            Move(Assisted);
        }

        new Thread(SendForInputThread) { IsBackground = true, Name = "assistant" }.Start();
    }

    /// <summary>Stops sending over a connection that is lost. The outbox knows what of it is in doubt now, and what is sent again.</summary>
    /// <param name="connection">The connection that was attached, or was to be.</param>
    public Loss Detach(Connection connection)
    {
        lock (_gate)
        {
            _connection = null;
            if (_state.UsesConnection() || _outbox.IsCut)
            {
                connection.Abort();
            }

            AwaitUse();
            Loss loss = _outbox.Rewind(connection.Handed);
            Monitor.PulseAll(_gate);
            return loss;
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
            owes = connection.Handed > 0 || _state == Reading || isMoreToCome || (_state != Waiting && !_outbox.Unsent.IsEmpty)
                || _outbox is { SendsAgain: true, IsSettled: false };

            // The input thread may wait for input for ever, so this thread asks in its place, or the assistant when it has sent all. In every
            // other state the input thread asks.
            isAtRest = IsAtRest;
        }

        if (owes && isAtRest)
        {
            connection.TryAsk();
        }

        return owes;
    }

    /// <summary>
    /// Whether nothing is being sent, and no more input will be taken for it, once the client has asked to stop. The gate is held.
    /// </summary>
    private bool IsAtRest => _state == Waiting && !_outbox.IsMidLine && !local.IsGiven;

    /// <summary>Waits until no thread uses the connection. The gate is held, and released while waiting.</summary>
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
