using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The connections of one server. Each pass flushes every connection once, for all input since the last pass.</summary>
/// <remarks>Only the server's flushing thread uses it. Any thread may call <see cref="Stop"/> and <see cref="Abort"/>, and then wakes the flushing thread.</remarks>
/// <param name="logger">The log for members that are disconnected at a stop.</param>
/// <param name="time">The clock for a stop, and for looking at silent peers.</param>
public sealed class ConnectionSet(ILogger logger, TimeProvider time)
{
    // How long a peer that was sent everything may take to close first when the server stops. If the server closed while the peer still sends,
    // that would reset the connection, and the peer could lose the end of what was sent to it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // How often to check whether a listener has gone. Nothing else shows it.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private readonly List<Connection> _connections = [];
    private readonly EvictedSockets _evicted = new(time);
    private int _nextTurn;
    private TimeSpan? _nextEnd;
    private long? _lookedAt;
    private volatile bool _stopping;
    private volatile bool _aborting;

    /// <summary>The connections, oldest first.</summary>
    public IReadOnlyList<Connection> All => _connections;

    /// <summary>Whether the server is stopping.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Whether the server has stopped: it is stopping, and the last connection has ended.</summary>
    public bool IsDone => _stopping && _connections.Count == 0;

    /// <summary>How long until the next pass is due without a wake; null if none is.</summary>
    public TimeSpan? NextPass
    {
        get
        {
            TimeSpan? look = _lookedAt is { } last ? LookPeriod - time.GetElapsedTime(last) : null;
            return Sooner(_evicted.NextLook, Sooner(look, _nextEnd));
        }
    }

    /// <summary>Adds a connection.</summary>
    /// <param name="connection">A connection that was just accepted.</param>
    public void Add(Connection connection) => _connections.Add(connection);

    /// <summary>Begins to stop. The set is done when every connection has ended. From any thread.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Ends all connections in the next pass. Peers that were not sent everything are reset. From any thread, after <see cref="Stop"/>.</summary>
    public void Abort() => _aborting = true;

    /// <summary>Makes one pass.</summary>
    public void Flush()
    {
        _evicted.Look();
        int ended = 0;
        int listeners = 0;
        bool anyParked = false;
        _nextEnd = null;
        bool looks = _lookedAt is { } last && time.GetElapsedTime(last) >= LookPeriod;
        foreach (Connection connection in _connections)
        {
            if (looks)
            {
                connection.Look();
            }

            connection.Flush(_scratch, _evicted);
            listeners += connection.IsListener ? 1 : 0;
            anyParked |= connection.IsParked;
            if (_stopping && connection.IsFinished && !connection.HasEnded)
            {
                EndWhenDue(connection);
            }

            ended += connection.HasEnded ? 1 : 0;
        }

        if (anyParked)
        {
            Resume();
        }

        _lookedAt = listeners == 0 ? null : _lookedAt is null || looks ? time.GetTimestamp() : _lookedAt;
        if (_aborting)
        {
            AbortAll();
        }

        if (ended > 0)
        {
            _connections.RemoveAll(connection => connection.HasEnded);
        }
    }

    /// <summary>Ends a finished connection when its peer has had its time to close first. If the connection stays, it gets the same time again.</summary>
    private void EndWhenDue(Connection connection)
    {
        long since = connection.FinishedSince ??= time.GetTimestamp();
        TimeSpan left = Patience - time.GetElapsedTime(since);
        if (left <= TimeSpan.Zero)
        {
            connection.End(evenIfSlow: false);
            connection.FinishedSince = time.GetTimestamp();
            left = Patience;
        }

        _nextEnd = _nextEnd is null || left < _nextEnd ? left : _nextEnd;
    }

    /// <summary>
    /// Lets connections receive again that had to stop. Each call starts with another connection: the first ones may fill the window at once, and
    /// if they were always the same, the others would never be heard.
    /// </summary>
    private void Resume()
    {
        int first = _nextTurn;
        for (int i = 0; i < _connections.Count; i++)
        {
            int turn = (first + i) % _connections.Count;
            if (_connections[turn].ResumeIfAwaited())
            {
                _nextTurn = turn + 1;
            }
        }
    }

    /// <summary>Ends all connections at once: at the end of a stop's patience, or when the server fails.</summary>
    public void AbortAll()
    {
        int unfinished = 0;
        foreach (Connection connection in _connections)
        {
            if (connection.IsFinished)
            {
                connection.End(evenIfSlow: true);
            }
            else if (connection.Reset())
            {
                unfinished++;
            }
        }

        if (unfinished > 0)
        {
            SocketMessages.DisconnectedAtStop(logger, unfinished);
        }

        _evicted.CloseAll();
        _connections.RemoveAll(connection => connection.HasEnded);
    }

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;
}
