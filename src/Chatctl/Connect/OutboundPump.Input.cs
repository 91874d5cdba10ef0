using Chatctl.Io;
using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <content>The input thread: reads the input, sends it, and ends. Everything here runs on that thread, except for its assistant.</content>
internal sealed partial class OutboundPump
{
    private readonly LineEndings? _lineEndings = options.Crlf ? new LineEndings() : null;

    /// <summary>Whether to read no more of the input, because the client asked to stop. The gate is held.</summary>
    private bool MayStop => _isStopping && !_outbox.IsMidLine && !local.IsGiven;

    private void Run()
    {
        try
        {
            while (ReadMore())
            {
                if (!SendAll(Holding, Waiting))
                {
                    return;
                }
            }
        }
        catch (IOException e)
        {
            lock (_gate)
            {
                AwaitAssistant();
                _inputFailure = e;
                Move(Failed);
                _connection?.Interrupt();
            }

            return;
        }

        Finish();
    }

    /// <summary>From <see cref="Waiting"/> to <see cref="Holding"/>, or to <see cref="Finishing"/>.</summary>
    /// <returns>False at the end of the input, and when the client asked to stop.</returns>
    private bool ReadMore()
    {
        if (!AwaitRoom())
        {
            return true;
        }

        if (StopsHere())
        {
            return false;
        }

        // First wait, then read. A program that gets the input after this one would miss bytes that were read here and not sent.
        bool hasBytes = (local.Input as DescriptorStream)?.AwaitBytes() ?? false;
        Memory<byte> room;
        int wanted;
        lock (_gate)
        {
            if (StopsHere())
            {
                return false;
            }

            // After a request to stop: no further than to the end of the line. With CR LF: no more than fits if every byte becomes two.
            room = _outbox.Room();
            wanted = _isStopping && !local.IsGiven ? 1 : _lineEndings is null ? room.Length : room.Length / 2;
            if (hasBytes)
            {
                Move(Reading);
            }
        }

        int count = local.Input.Read(room.Span[..wanted]);
        lock (_gate)
        {
            AwaitAssistant();
            _outbox.Add(_lineEndings?.Expand(room.Span, count) ?? count);
            Move(count > 0 ? Holding : Finishing);
        }

        return count > 0;
    }

    /// <summary>Waits until the outbox has room for more input.</summary>
    /// <returns>False if it has something to send first, in <see cref="Holding"/>: a connection was lost while it was full.</returns>
    private bool AwaitRoom()
    {
        lock (_gate)
        {
            AwaitAssistant();
            if (_outbox.HasRoom)
            {
                return true;
            }

            Move(Full);
            while (!_outbox.HasRoom && _outbox.Unsent.IsEmpty && !MayStop)
            {
                Monitor.Wait(_gate);
            }

            bool hasMore = !_outbox.Unsent.IsEmpty;
            Move(hasMore ? Holding : Waiting);
            return !hasMore;
        }
    }

    /// <summary>Moves to <see cref="Finishing"/> if the client asked to stop and this is the place for it.</summary>
    private bool StopsHere()
    {
        lock (_gate)
        {
            AwaitAssistant();
            bool stops = MayStop;
            if (stops)
            {
                Move(Finishing);
            }

            return stops;
        }
    }

    /// <summary>Sends until the outbox is empty.</summary>
    /// <param name="holding">The state now, and after each send.</param>
    /// <param name="done">The state once the outbox is empty.</param>
    /// <returns>False if the connection has failed and there will be no other.</returns>
    private bool SendAll(OutboundState holding, OutboundState done)
    {
        while (true)
        {
            Connection? connection;
            lock (_gate)
            {
                if (_outbox.Unsent.IsEmpty)
                {
                    Move(done);
                    return true;
                }

                connection = AwaitConnection();
                Move(connection is null ? CutOff : Sending);
                if (connection is null)
                {
                    return false;
                }
            }

            SendOnce(connection, holding);
        }
    }

    /// <summary>From <see cref="Finishing"/> to the end.</summary>
    private void Finish()
    {
        Connection? connection;
        do
        {
            do
            {
                if (!SendAll(Finishing, Lingering))
                {
                    return;
                }

                Linger();
            }
            while (!TryEnd(out connection));
        }
        while (connection is not null && !Ask(connection));
    }

    /// <summary>From <see cref="Asking"/> to <see cref="Finished"/>, or back to <see cref="Finishing"/>.</summary>
    /// <returns>False if the connection is lost and there is something to send again.</returns>
    private bool Ask(Connection connection)
    {
        bool isFirst = connection.TryAsk();
        bool sendsAgain = options.Retries && _outbox.SendsAgain;
        lock (_gate)
        {
            Move(sendsAgain ? Asked : Finished);
        }

        if (isFirst)
        {
            new Thread(connection.AwaitOverdue) { IsBackground = true, Name = "receipt" }.Start();
        }

        if (!sendsAgain)
        {
            return true;
        }

        lock (_gate)
        {
            while (_outbox.Unsent.IsEmpty)
            {
                Monitor.Wait(_gate);
            }

            Move(Finishing);
            return false;
        }
    }

    /// <summary>Gives answers time to arrive, but stops waiting when the client has enough of them.</summary>
    private void Linger()
    {
        long until = Environment.TickCount64 + (long)options.Linger.TotalMilliseconds;
        lock (_gate)
        {
            // What a lost connection had does not wait for that.
            while (_outbox.Taken > 0 && _outbox.Unsent.IsEmpty && !_isStopping && until - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
            }

            Move(Finishing);
        }
    }

    /// <summary>Decides how to end.</summary>
    /// <param name="connection">The connection to ask for its confirmation, in the state <see cref="Asking"/>; null if there is nothing to ask.</param>
    /// <returns>False if there is something to send first, because a connection was lost in the middle of a line.</returns>
    private bool TryEnd(out Connection? connection)
    {
        connection = null;
        lock (_gate)
        {
            if (_outbox.Taken == 0)
            {
                // Some servers take a half-close without a byte before it for "listener", and most take it for "finished". So nothing is
                // said, and this client listens. But a person who ends the input without a word wants to leave.
                bool leaves = !options.Prints || local.IsConversation || _isStopping;
                Move(leaves ? NothingToDo : Listening);
                if (leaves)
                {
                    _connection?.Interrupt();
                }

                return true;
            }

            Connection? last = AwaitConnection();
            if (!_outbox.Unsent.IsEmpty)
            {
                return false;
            }

            if (last?.Handed == 0)
            {
                // Everything was sent over earlier connections.
                Move(NothingToDo);
                last.Interrupt();
                return true;
            }

            Move(last is null ? Finished : Asking);
            connection = last;
            return true;
        }
    }

    /// <summary>Waits for a connection that has not failed. The gate is held, and released while waiting.</summary>
    /// <returns>Null if there will be none.</returns>
    private Connection? AwaitConnection()
    {
        while (_connection is null or { SendError: not 0 })
        {
            if (!options.Retries)
            {
                return null;
            }

            Monitor.Wait(_gate);
        }

        return _connection;
    }

    /// <summary>Waits until there is no assistant. Called where the input thread has a state of its own to leave. The gate is held, and released while waiting.</summary>
    private void AwaitAssistant()
    {
        while (_state is Assisted or Sending)
        {
            Monitor.Wait(_gate);
        }
    }

    /// <summary>The assistant: sends all that the outbox has, and asks for the confirmation if the client has asked to stop meanwhile.</summary>
    private void SendForInputThread()
    {
        Connection? connection;
        bool asks;
        while (true)
        {
            lock (_gate)
            {
                connection = _outbox.Unsent.IsEmpty ? null : AwaitConnection();
                if (connection is null)
                {
                    Move(Waiting);
                    connection = _connection;
                    asks = _isStopping && IsAtRest;
                    break;
                }

                Move(Sending);
            }

            SendOnce(connection, Assisted);
        }

        if (asks)
        {
            connection?.TryAsk();
        }
    }

    /// <summary>From <see cref="Sending"/> to another state.</summary>
    private void SendOnce(Connection connection, OutboundState next)
    {
        ReadOnlySpan<byte> unsent;
        lock (_gate)
        {
            unsent = _outbox.Unsent;
        }

        connection.TrySend(unsent, out int handed);
        lock (_gate)
        {
            _outbox.Advance(handed);
            connection.Handed += handed;
            Move(next);
        }
    }
}
