using System.Net.Sockets;
using Chatctl.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Select;

/// <summary>
/// A server with one thread and one loop. Each pass waits for all sockets at once, accepts, reads once from each socket that is ready, and then flushes
/// each member once for all this input.
/// </summary>
internal sealed class SelectServer(IRoom room, ServerOptions options, ILogger logger, TimeProvider time) : SocketServer(options, logger)
{
    private const int AcceptsPerPass = 256;

    // Socket.Select refuses lists of more than 65,536 sockets. The rest is for listeners and for the socket that wakes the loop.
    private const int MostPeers = 65_000;
    private const int Forever = -1;

    // How long a pass may wait that looks only at one of the two directions.
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(10);

    // poll(2) takes no more entries than the process may have descriptors. A socket that waits for both directions is two entries.
    private readonly long _mostEntries = DescriptorLimit.Read();

    private readonly WakeSocket _wake = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(64 << 10, pinned: true);
    private readonly ConnectionSet _connections = new(logger, time);
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];
    private long _acceptAfter = long.MinValue;
    private bool _skipsInput;

    // The connection that is read first; another one in every pass. The first ones may fill the window, and if they were always the same, the others
    // would never be heard.
    private int _first;

    /// <inheritdoc/>
    protected override void Serve(Listeners listeners)
    {
        using IDoor door = room.OpenDoor(_wake.Wake);
        var reception = new Reception(door, Logger, time);
        try
        {
            _wake.Open();
            bool sleep = false;
            while (!_connections.IsDone)
            {
                Wait(listeners, sleep);
                _wake.Signal.Begin();
                HandleReady(listeners, reception);
                _wake.Signal.Begin();
                _connections.Flush();
                sleep = _wake.Signal.TrySleep();
            }
        }
        finally
        {
            _connections.AbortAll();
            _wake.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Stop()
    {
        _connections.Stop();
        _wake.Wake();
    }

    /// <inheritdoc/>
    protected override void Abort()
    {
        _connections.Abort();
        _wake.Wake();
    }

    private void Wait(Listeners listeners, bool sleep)
    {
        TimeSpan? timeout = sleep ? _connections.NextPass : TimeSpan.Zero;
        _readable.Clear();
        _writable.Clear();
        _readable.Add(_wake.Socket);
        if (_connections.IsStopping)
        {
            listeners.Dispose();
        }
        else if (time.GetTimestamp() is var now && now < _acceptAfter)
        {
            TimeSpan wait = time.GetElapsedTime(now, _acceptAfter);
            timeout = timeout < wait ? timeout : wait;
        }
        else
        {
            for (int i = 0; i < listeners.All.Count; i++)
            {
                _readable.Add(listeners.All[i].Socket);
            }
        }

        // By index, because an enumerator of an interface allocates, and a pass may handle only one line.
        int count = _connections.All.Count;
        _first = count == 0 ? 0 : (_first + 1) % count;
        for (int i = 0; i < count; i++)
        {
            Connection connection = _connections.All[(_first + i) % count];
            if (connection.AwaitsInput)
            {
                _readable.Add(connection.Socket);
            }

            if (connection.AwaitsWritable)
            {
                _writable.Add(connection.Socket);
            }
        }

        if (_readable.Count + _writable.Count > _mostEntries)
        {
            // The directions take turns. Each of them alone always fits.
            _skipsInput = !_skipsInput;
            (_skipsInput ? _readable : _writable).Clear();
            timeout = timeout < OneWay ? timeout : OneWay;
        }

        // Whole milliseconds, rounded up. Less than one millisecond counts as zero, and the loop would spin until the time is over.
        Socket.Select(_readable, _writable, null, timeout is { } t ? (int)Math.Ceiling(Math.Max(t.TotalMilliseconds, 0)) * 1000 : Forever);
    }

    /// <summary>Handles the sockets that are ready. Select leaves only these in the lists, in the order in which they were added, so one walk finds them all.</summary>
    private void HandleReady(Listeners listeners, Reception reception)
    {
        int readable = 0;
        int writable = 0;
        if (TakeIfReady(_wake.Socket, _readable, ref readable))
        {
            _wake.Clear();
        }

        int known = _connections.All.Count;
        for (int i = 0; i < listeners.All.Count; i++)
        {
            if (TakeIfReady(listeners.All[i].Socket, _readable, ref readable))
            {
                Accept(listeners.All[i].Socket, reception);
            }
        }

        for (int i = 0; i < known; i++)
        {
            var connection = (SelectConnection)_connections.All[(_first + i) % known];
            if (TakeIfReady(connection.Socket, _readable, ref readable))
            {
                connection.Readable(_buffer);
            }

            if (TakeIfReady(connection.Socket, _writable, ref writable))
            {
                connection.Writable();
            }
        }
    }

    private static bool TakeIfReady(Socket socket, List<Socket> sockets, ref int index)
    {
        bool isReady = index < sockets.Count && ReferenceEquals(sockets[index], socket);
        index += isReady ? 1 : 0;
        return isReady;
    }

    private void Accept(Socket listener, Reception reception)
    {
        TimeSpan wait = TimeSpan.Zero;
        for (int i = 0; wait == TimeSpan.Zero && i < AcceptsPerPass && (i == 0 || listener.Poll(0, SelectMode.SelectRead)); i++)
        {
            try
            {
                Socket socket = listener.Accept();
                if (_connections.All.Count >= MostPeers)
                {
                    wait = reception.Refuse(socket, $"this transport waits for {MostPeers} peers at most");
                }
                else if (reception.Receive(socket, (accepted, member) => new SelectConnection(accepted, member, Options, Logger), out wait) is { } connection)
                {
                    _connections.Add(connection);
                }
            }
            catch (SocketException e)
            {
                wait = reception.Failed(e);
            }
        }

        if (wait > TimeSpan.Zero)
        {
            _acceptAfter = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
        }
    }
}
