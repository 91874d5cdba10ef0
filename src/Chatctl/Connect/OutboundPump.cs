using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <summary>
/// Sends the user's input to the peer, on a thread of its own: a server that holds this client back must not keep the client from reading
/// what the server sends. The pump lives as long as the client; connections come and go. Without a connection it stops reading once it
/// has filled its <see cref="IOutbox"/>.
/// </summary>
/// <remarks>
/// This class is what the client's thread asks and tells. The rest is <see cref="InputThread"/>, <see cref="OutboundSender"/> and
/// <see cref="OutboundEnding"/>. The threads meet in <see cref="OutboundMonitor"/>.
/// </remarks>
internal sealed class OutboundPump
{
    private readonly LocalStreams _local;
    private readonly OutboundMonitor _shared;
    private readonly OutboundSender _sender;
    private readonly InputThread _input;

    /// <param name="local">The user's side. The input thread reads its input.</param>
    /// <param name="options">What to do when the input ends.</param>
    /// <param name="outbox">Belongs to this pump, except for what tells it of confirmations and puts in requests.</param>
    public OutboundPump(LocalStreams local, ClientOptions options, IOutbox outbox)
    {
        _local = local;
        _shared = new OutboundMonitor(outbox, options.Retries, local.IsGiven);
        _sender = new OutboundSender(_shared);
        var ending = new OutboundEnding(_shared, _sender, options, local.IsConversation);
        _input = new InputThread(_shared, _sender, ending, local, options.Crlf ? new LineEndings() : null);
    }

    /// <summary>Why the input could not be read; null if it could.</summary>
    public IOException? InputFailure
    {
        get
        {
            lock (_shared.Gate)
            {
                return _shared.InputFailure;
            }
        }
    }

    /// <summary>Whether there was nothing to send, or nothing more, and the client has no other work.</summary>
    public bool HasNothingToDo
    {
        get
        {
            lock (_shared.Gate)
            {
                return _shared.State == NothingToDo;
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
            lock (_shared.Gate)
            {
                return _shared.State is Failed or NothingToDo || (_shared.State.IsAfterInput() && _shared.Outbox.Taken > 0 && _shared.Outbox.IsSettled);
            }
        }
    }

    /// <summary>Whether something that was read still has to be sent, or sent again, over another connection.</summary>
    public bool SendsAgain
    {
        get
        {
            lock (_shared.Gate)
            {
                return _shared.Outbox is { SendsAgain: true, IsSettled: false };
            }
        }
    }

    /// <summary>Whether the peer has acknowledged all that was read. A plain peer acknowledges nothing.</summary>
    public bool IsAcknowledged
    {
        get
        {
            lock (_shared.Gate)
            {
                return _shared.Outbox is { SendsAgain: true, IsSettled: true };
            }
        }
    }

    /// <inheritdoc cref="IOutbox.FatalLine"/>
    public string? FatalLine
    {
        get
        {
            lock (_shared.Gate)
            {
                return _shared.Outbox.FatalLine;
            }
        }
    }

    /// <inheritdoc cref="IOutbox.Doubt"/>
    /// <param name="unconfirmed">A connection that is still attached; null if there is none.</param>
    /// <param name="isConfirmed">Whether it has confirmed all that it got.</param>
    public string Doubt(Connection? unconfirmed, bool isConfirmed)
    {
        lock (_shared.Gate)
        {
            return _shared.Outbox.Doubt(unconfirmed?.Handed ?? 0, isConfirmed);
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
        lock (_shared.Gate)
        {
            _shared.Use(connection);
            if (_shared.State is NothingToDo or Failed)
            {
                // The input ended while there was no connection to end.
                connection.Interrupt();
            }

            isFirst = _shared.State == Unstarted;
            if (isFirst)
            {
                _shared.Move(Waiting);
            }
        }

        if (isFirst)
        {
            new Thread(_input.Run) { IsBackground = true, Name = "input" }.Start();
        }

        // A request may have come before the first connection was attached.
        Assist();
    }

    /// <summary>
    /// Sends what the outbox has although the input thread waits for input, on a thread of its own, if there is a connection. Called when something
    /// has come into the outbox that is no input.
    /// </summary>
    public void Assist() => _sender.Assist();

    /// <summary>Stops sending over a connection that is lost. The outbox knows what of it is in doubt now, and what is sent again.</summary>
    /// <param name="connection">The connection that was attached, or was to be.</param>
    public Loss Detach(Connection connection)
    {
        lock (_shared.Gate)
        {
            _shared.Use(null);
            if (_shared.State.UsesConnection() || _shared.Outbox.IsCut)
            {
                connection.Abort();
            }

            _shared.AwaitUse();
            Loss loss = _shared.Outbox.Rewind(connection.Handed);

            // Now there may be something to send again.
            Monitor.PulseAll(_shared.Gate);
            return loss;
        }
    }

    /// <summary>
    /// Waits until a send that is under way has succeeded or failed. Only for a connection that is closed, or it could take for ever.
    /// </summary>
    public void AwaitSend()
    {
        lock (_shared.Gate)
        {
            _shared.AwaitUse();
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
        lock (_shared.Gate)
        {
            _shared.AskToStop();
            bool isMoreToCome = _local.IsGiven && !_shared.State.IsAfterInput();
            owes = connection.Handed > 0 || _shared.State == Reading || isMoreToCome || (_shared.State != Waiting && !_shared.Outbox.Unsent.IsEmpty)
                || _shared.Outbox is { SendsAgain: true, IsSettled: false };

            // The input thread may wait for input for ever, so this thread asks in its place, or the assistant when it has sent all. In every
            // other state the input thread asks.
            isAtRest = _shared.IsAtRest;
        }

        if (owes && isAtRest)
        {
            connection.TryAsk();
        }

        return owes;
    }
}
