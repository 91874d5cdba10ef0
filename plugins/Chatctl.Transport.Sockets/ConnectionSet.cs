using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The connections of one server and the passes over them: each pass flushes everybody once for all that has come since the last.</summary>
/// <remarks>For the server's flushing thread alone, but for <see cref="Stop"/> and <see cref="Abort"/>; whoever calls those wakes the thread after.</remarks>
/// <param name="logger">Told of members that are cut off at a stop.</param>
/// <param name="time">The clock for the end of a stop.</param>
public sealed class ConnectionSet(ILogger logger, TimeProvider time)
{
    // How long a peer that has got everything may take to close first, once the server stops. Closing on one that still sends would
    // reset it, which can destroy the end of what it was to get.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    // How often to look for listeners that have gone without a sign.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private readonly List<Connection> _connections = [];
    private readonly EvictedSockets _evicted = new(time);
    private int _nextTurn;
    private TimeSpan? _nextEnd;
    private long? _lookedAt;
    private volatile bool _stopping;
    private volatile bool _aborting;

    /// <summary>The connections, in the order in which they came.</summary>
    public IReadOnlyList<Connection> All => _connections;

    /// <summary>Whether the server is to stop.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Whether the server has stopped: it is to, and the last connection has ended.</summary>
    public bool IsDone => _stopping && _connections.Count == 0;

    /// <summary>When the next pass is due although nobody wakes the thread; null for never.</summary>
    public TimeSpan? NextPass
    {
        get
        {
            TimeSpan? look = _lookedAt is { } last ? LookPeriod - time.GetElapsedTime(last) : null;
            return Sooner(_evicted.NextLook, Sooner(look, _nextEnd));
        }
    }

    /// <summary>Adds a connection.</summary>
    /// <param name="connection">One that was just accepted.</param>
    public void Add(Connection connection) => _connections.Add(connection);

    /// <summary>Begins to stop: the set is done when every connection has ended. From any thread.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Resets, in the next pass, whoever has not got everything yet. From any thread, after <see cref="Stop"/>.</summary>
    public void Abort() => _aborting = true;

    /// <summary>One pass.</summary>
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

    /// <summary>Ends a connection whose peer has got everything and has had its time to close first. If it stays, it is looked at again after as much time.</summary>
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
    /// Has those receive again who had to stop. In turns: the first ones may fill the window at once, and if they were the same ones
    /// every time, nobody else would ever be heard.
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

    /// <summary>Cuts off whoever is left. When the thread ends for another reason than a stop.</summary>
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
            SocketMessages.CutOffAtStop(logger, unfinished);
        }

        _evicted.CloseAll();
        _connections.RemoveAll(connection => connection.HasEnded);
    }

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;
}
