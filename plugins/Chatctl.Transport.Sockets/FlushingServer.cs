using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Chatctl.Transport.Sockets;

/// <summary>
/// A server that receives on the threads where its sockets' operations complete, and flushes on one thread. The flushing thread is woken once for
/// all input since its last pass. A derived class makes connections that receive and send in the background.
/// </summary>
/// <remarks>
/// One thread flushes all members, instead of one task for each. While it makes a pass, lines collect, and the next pass sends them together. So a
/// busy room needs fewer system calls for each line.
/// </remarks>
/// <param name="room">The room it serves.</param>
/// <param name="options">The server's options.</param>
/// <param name="logger">Its log.</param>
/// <param name="time">Its clock.</param>
public abstract class FlushingServer(IRoom room, ServerOptions options, ILogger logger, TimeProvider time) : SocketServer(options, logger)
{
    private readonly PassSignal _signal = new();
    private readonly AutoResetEvent _bell = new(false);
    private readonly ConnectionSet _connections = new(logger, time);
    private readonly ConcurrentQueue<Connection> _accepted = new();
    private readonly CancellationTokenSource _accepting = new();

    /// <summary>Requests a flushing pass. From any thread; cheap.</summary>
    protected void Wake()
    {
        if (_signal.Announce())
        {
            _bell.Set();
        }
    }

    /// <summary>Lets an accepted peer in, or begins with what has to come before. On the thread that accepts, which it must not keep.</summary>
    /// <param name="socket">The socket. This takes it over.</param>
    /// <param name="reception">Makes the peer a member. It lives as long as the listener accepts, and until <see cref="EndReceiving"/> has returned.</param>
    /// <param name="wait">How long to wait before accepting the next peer; usually zero.</param>
    /// <returns>The peer's connection, which receives already; null if there is none or if <see cref="Adopt"/> will get it.</returns>
    protected abstract Connection? Receive(Socket socket, Reception reception, out TimeSpan wait);

    /// <summary>Takes a connection that <see cref="Receive"/> had to begin without. From any thread.</summary>
    /// <param name="connection">A connection that receives already.</param>
    protected void Adopt(Connection connection)
    {
        _accepted.Enqueue(connection);
        Wake();
    }

    /// <summary>Ends what <see cref="Receive"/> has begun and not brought to an end, and waits for it. No more comes after. The default does nothing.</summary>
    protected virtual void EndReceiving()
    {
    }

    /// <inheritdoc/>
    protected override void Serve(Listeners listeners)
    {
        using IDoor door = room.OpenDoor(Wake);
        Task[] accepting = [.. listeners.All.Select(listener => AcceptAsync(listener.Socket, door))];
        foreach (Task task in accepting)
        {
            // The task cannot do this itself: its result is visible only after it has ended.
            task.ContinueWith(_ => Wake(), TaskScheduler.Default);
        }

        try
        {
            while (!_connections.IsDone)
            {
                Sleep(_connections.NextPass);
                _signal.Begin();
                AdoptAccepted();
                _connections.Flush();
                if (_connections.IsStopping && !_accepting.IsCancellationRequested)
                {
                    _accepting.Cancel();
                    listeners.Dispose();
                }

                ThrowIfDead(accepting);
            }
        }
        finally
        {
            End(accepting, listeners);
        }
    }

    /// <inheritdoc/>
    protected sealed override void Stop()
    {
        _connections.Stop();
        Wake();
    }

    /// <inheritdoc/>
    protected sealed override void Abort()
    {
        _connections.Abort();
        Wake();
    }

    private async Task AcceptAsync(Socket listener, IDoor door)
    {
        var reception = new Reception(door, Logger, time);
        try
        {
            while (true)
            {
                TimeSpan wait;
                try
                {
                    Socket socket = await listener.AcceptAsync(_accepting.Token).ConfigureAwait(false);
                    if (Receive(socket, reception, out wait) is { } connection)
                    {
                        Adopt(connection);
                    }
                }
                catch (SocketException e) when (!_accepting.IsCancellationRequested)
                {
                    wait = reception.Failed(e);
                }

                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, _accepting.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (_accepting.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops, and closes the listener.
        }
    }

    private void Sleep(TimeSpan? longest)
    {
        if (_signal.TrySleep())
        {
            _bell.WaitOne(longest is { } time ? TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(time.TotalMilliseconds, 0))) : Timeout.InfiniteTimeSpan);
        }
    }

    private void AdoptAccepted()
    {
        while (_accepted.TryDequeue(out Connection? connection))
        {
            _connections.Add(connection);
        }
    }

    /// <exception cref="SocketException">A listener has failed for good.</exception>
    private static void ThrowIfDead(Task[] accepting)
    {
        if (Array.Find(accepting, task => task.IsFaulted) is { } dead)
        {
            dead.GetAwaiter().GetResult();
        }
    }

    private void End(Task[] accepting, Listeners listeners)
    {
        _accepting.Cancel();
        listeners.Dispose();
        Task.WhenAll(accepting).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        EndReceiving();
        do
        {
            AdoptAccepted();
            _connections.AbortAll();
            Sleep(_connections.All.Count == 0 ? TimeSpan.Zero : null);
            _signal.Begin();
            _connections.Flush();
        }
        while (_connections.All.Count > 0);
        _accepting.Dispose();
    }
}
