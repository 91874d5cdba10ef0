using Chatctl.Io;

namespace Chatctl.Connect;

/// <summary>
/// The user's input to the socket, on a thread of its own, so that a server that holds us back does not keep us from reading it. Lives as
/// long as the session; connections come and go. Without one it stops reading, after what is in its <see cref="Outbox"/> already.
/// </summary>
/// <param name="local">The user's side; its input is read.</param>
/// <param name="options">What to do when the input ends.</param>
internal sealed class OutboundPump(LocalStreams local, SessionOptions options)
{
    /// <summary>How many connections in a row a line may cost.</summary>
    public const int MostCuts = 3;

    // Guards what follows. Nothing waits for the system while it is held; the outbox is handed over outside of it, in which the two flags
    // keep the threads out of each other's way.
    private readonly object _gate = new();
    private readonly Outbox _outbox = new(options.Terminator, keepsLine: options.Retries);
    private readonly LineEndings? _lineEndings = options.Crlf ? new LineEndings() : null;
    private Connection? _connection;
    private long _inDoubt;
    private bool _isStarted;
    private bool _isIdle;
    private bool _isReading;
    private bool _isUsing;
    private bool _isStopping;
    private bool _hasEnded;
    private bool _hasNothingToDo;
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

    /// <summary>Whether there was nothing to send, or nothing more, and nothing else was asked for.</summary>
    public bool HasNothingToDo
    {
        get
        {
            lock (_gate)
            {
                return _hasNothingToDo;
            }
        }
    }

    /// <summary>Whether another connection would have nothing to do for it: the input has failed, or has ended and was sent.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _inputFailure is not null || _hasNothingToDo || (_hasEnded && _outbox.Taken > 0 && _outbox.Unsent.IsEmpty);
            }
        }
    }

    /// <summary>
    /// The beginning of a line that no connection survives: so many in a row were lost in the middle of it that it is the line's fault, which
    /// is too long for the peer, say. Null if there is none.
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
    /// <param name="unconfirmed">A connection that has not confirmed what it was given, and is not detached; null if none is left.</param>
    public long Doubt(Connection? unconfirmed)
    {
        lock (_gate)
        {
            return _inDoubt + _outbox.Dropped + (unconfirmed?.Handed ?? 0) + _outbox.Unsent.Length;
        }
    }

    /// <summary>Sends over this connection from now on. The first call starts the thread, which ends with the process, whatever it waits for.</summary>
    /// <param name="connection">Not disposed before <see cref="Detach"/>, if there is to be another.</param>
    public void Attach(Connection connection)
    {
        lock (_gate)
        {
            _connection = connection;
            Monitor.PulseAll(_gate);
        }

        if (!_isStarted)
        {
            _isStarted = true;
            new Thread(Run) { IsBackground = true, Name = "input" }.Start();
        }
    }

    /// <summary>
    /// Sends no more over a connection that is lost, and puts what it had into doubt, but for a line of which it had the beginning. That is
    /// sent again when there is more of it, or the input ends.
    /// </summary>
    /// <param name="connection">The one that was attached.</param>
    /// <returns>How many bytes may not have been delivered.</returns>
    public long Detach(Connection connection)
    {
        lock (_gate)
        {
            _connection = null;
            if (_isUsing || _outbox.IsMidLine)
            {
                connection.Abort();
            }

            while (_isUsing)
            {
                Monitor.Wait(_gate);
            }

            long lost = connection.Handed - _outbox.Rewind();
            _inDoubt += lost;
            Monitor.PulseAll(_gate);
            return lost;
        }
    }

    /// <summary>Waits until what is being sent has been, or has failed. Only for a connection that is closed.</summary>
    public void AwaitSend()
    {
        lock (_gate)
        {
            while (_isUsing)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>
    /// Stops reading the input and asks the peer for its confirmation, as soon as what was read has been sent and ends with a whole line.
    /// </summary>
    /// <param name="connection">The one that is attached.</param>
    /// <returns>False if nothing of the input was read that this connection has to confirm; nothing will be.</returns>
    public bool Stop(Connection connection)
    {
        bool owes, isAtRest;
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
            bool isToCome = local.IsGiven && !_hasEnded;
            owes = connection.Handed > 0 || _isReading || isToCome || (!_isIdle && !_outbox.Unsent.IsEmpty);
            isAtRest = _isIdle && !_outbox.IsMidLine && !isToCome;
        }

        if (owes && isAtRest)
        {
            connection.TryAsk();
        }

        return owes;
    }

    /// <summary>Whether no more of the input is to be read. The gate is held.</summary>
    private bool MayStop => _isStopping && !_outbox.IsMidLine && !local.IsGiven;

    private void Run()
    {
        try
        {
            while (ReadMore() && SendAll())
            {
            }
        }
        catch (IOException e)
        {
            lock (_gate)
            {
                _inputFailure = e;
                _connection?.Interrupt();
            }

            return;
        }

        Finish();
    }

    /// <returns>False at the end of the input, and when no more is wanted.</returns>
    private bool ReadMore()
    {
        lock (_gate)
        {
            _isIdle = true;
            if (MayStop)
            {
                return false;
            }
        }

        // To wait and then to read, because what has been read and is not sent is lost to whoever has the input after us.
        bool hasBytes = (local.Input as DescriptorStream)?.AwaitBytes() ?? false;
        Memory<byte> room;
        int wanted;
        lock (_gate)
        {
            if (MayStop)
            {
                return false;
            }

            // No further than to the end of the line; and no more than fits if every byte becomes two.
            room = _outbox.Room();
            wanted = _isStopping && !local.IsGiven ? 1 : _lineEndings is null ? room.Length : room.Length / 2;
            _isReading = hasBytes;
            _isIdle = !hasBytes;
        }

        int count = local.Input.Read(room.Span[..wanted]);
        lock (_gate)
        {
            _isReading = false;
            _isIdle = false;
            _hasEnded = count == 0;
            _outbox.Add(_lineEndings?.Expand(room.Span, count) ?? count);
        }

        return count > 0;
    }

    /// <returns>False if the connection has failed and there will be no other.</returns>
    private bool SendAll()
    {
        while (true)
        {
            Connection? connection;
            lock (_gate)
            {
                if (_outbox.Unsent.IsEmpty)
                {
                    return true;
                }

                connection = AwaitConnection();
                if (connection is null)
                {
                    return false;
                }

                _isUsing = true;
            }

            connection.TrySend(_outbox.Unsent, out int handed);
            lock (_gate)
            {
                _outbox.Advance(handed);
                connection.Handed += handed;
                _isUsing = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Finish()
    {
        Connection? connection;
        do
        {
            if (!SendAll())
            {
                return;
            }

            Linger();
        }
        while (!TryUseLast(out connection));
        if (connection is null)
        {
            return;
        }

        bool isFirst = connection.TryAsk();
        lock (_gate)
        {
            _isUsing = false;
            Monitor.PulseAll(_gate);
        }

        if (isFirst)
        {
            connection.AwaitOverdue();
        }
    }

    /// <summary>Gives answers time to arrive, unless enough have.</summary>
    private void Linger()
    {
        long until = Environment.TickCount64 + (long)options.Linger.TotalMilliseconds;
        lock (_gate)
        {
            while (_outbox.Taken > 0 && !_isStopping && until - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(left));
            }
        }
    }

    /// <param name="connection">The connection to ask for its confirmation; null if there is nothing to confirm.</param>
    /// <returns>False if there is something to send first, because a connection was lost with the beginning of a line.</returns>
    private bool TryUseLast(out Connection? connection)
    {
        connection = null;
        lock (_gate)
        {
            _hasEnded = true;
            if (_outbox.Taken == 0)
            {
                // Without a byte sent, a half-close would say "listener" to some servers and "finished" to most: say nothing, and listen.
                // But a person who ends the input without a word means to leave.
                if (!options.Prints || local.IsConversation || _isStopping)
                {
                    _hasNothingToDo = true;
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
                // All of it went to connections before this one.
                _hasNothingToDo = true;
                last.Interrupt();
                return true;
            }

            _isUsing = last is not null;
            connection = last;
            return true;
        }
    }

    /// <returns>One that has not failed; null if there will be none. The gate is held.</returns>
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
