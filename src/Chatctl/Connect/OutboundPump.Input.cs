using Chatctl.Io;
using static Chatctl.Connect.OutboundState;

namespace Chatctl.Connect;

/// <content>The input thread: reads the input, sends it, and ends. Everything here runs on that thread.</content>
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
            _outbox.Add(_lineEndings?.Expand(room.Span, count) ?? count);
            Move(count > 0 ? Holding : Finishing);
        }

        return count > 0;
    }

    /// <summary>Moves to <see cref="Finishing"/> if the client asked to stop and this is the place for it.</summary>
    private bool StopsHere()
    {
        lock (_gate)
        {
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

            connection.TrySend(_outbox.Unsent, out int handed);
            lock (_gate)
            {
                _outbox.Advance(handed);
                connection.Handed += handed;
                Move(holding);
            }
        }
    }

    /// <summary>From <see cref="Finishing"/> to the end.</summary>
    private void Finish()
    {
        Connection? connection;
        do
        {
            if (!SendAll(Finishing, Lingering))
            {
                return;
            }

            Linger();
        }
        while (!TryEnd(out connection));
        if (connection is null)
        {
            return;
        }

        bool isFirst = connection.TryAsk();
        lock (_gate)
        {
            Move(Finished);
        }

        if (isFirst)
        {
            connection.AwaitOverdue();
        }
    }

    /// <summary>Gives answers time to arrive, but stops waiting when the client has enough of them.</summary>
    private void Linger()
    {
        long until = Environment.TickCount64 + (long)options.Linger.TotalMilliseconds;
        lock (_gate)
        {
            while (_outbox.Taken > 0 && !_isStopping && until - Environment.TickCount64 is > 0 and var left)
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
}
