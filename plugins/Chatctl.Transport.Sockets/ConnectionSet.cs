using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>The connections of one server and the passes over them: each pass flushes everybody once for all that has come since the last.</summary>
/// <remarks>For the server's flushing thread alone, but for <see cref="Stop"/> and <see cref="Abort"/>; whoever calls those wakes the thread after.</remarks>
/// <param name="logger">Told of members that are cut off at a stop.</param>
/// <param name="time">The clock for the end of a stop.</param>
public sealed class ConnectionSet(ILogger logger, TimeProvider time)
{
    // How long peers that have got everything may take to close first, once the server stops. Closing on one that still sends would
    // reset it, which can destroy the end of what it was to get.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private readonly List<Connection> _connections = [];
    private long? _finishedSince;
    private volatile bool _stopping;
    private volatile bool _aborting;

    /// <summary>The connections, in the order in which they came.</summary>
    public IReadOnlyList<Connection> All => _connections;

    /// <summary>Whether the server is to stop.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Whether the server has stopped: it is to, and the last connection has ended.</summary>
    public bool IsDone => _stopping && _connections.Count == 0;

    /// <summary>When the next pass is due although nobody wakes the thread; null for never.</summary>
    public TimeSpan? NextPass => _finishedSince is { } since ? Patience - time.GetElapsedTime(since) : null;

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
        int finished = 0;
        int ended = 0;
        foreach (Connection connection in _connections)
        {
            connection.Flush(_scratch);
            finished += connection.IsFinished || connection.HasEnded ? 1 : 0;
            ended += connection.HasEnded ? 1 : 0;
        }

        if (_aborting)
        {
            AbortAll();
        }
        else if (finished < _connections.Count)
        {
            _finishedSince = null;
        }
        else if (_stopping)
        {
            _finishedSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_finishedSince.Value) >= Patience)
            {
                _connections.ForEach(connection => connection.End());
                ended = _connections.Count;
            }
        }

        if (ended > 0)
        {
            _connections.RemoveAll(connection => connection.HasEnded);
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
                connection.End();
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

        _connections.RemoveAll(connection => connection.HasEnded);
    }
}
