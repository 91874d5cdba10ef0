using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Chatctl;

namespace Pumps;

/// <summary>A server with two loops for each peer.</summary>
internal sealed class PumpsServer(IRoom room, ServerOptions options) : IBroadcastServer
{
    private readonly List<Socket> _listeners = [];
    private readonly ConcurrentDictionary<Peer, Task> _peers = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDoor? _door;
    private Task _accepting = Task.CompletedTask;
    private Task? _stop;
    private uint _wakes;

    public IReadOnlyList<EndPoint> Endpoints { get; private set; } = [];

    public Task Completion => _completion.Task;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_door is not null || _stop is not null)
        {
            throw new InvalidOperationException("a server is started once");
        }

        foreach (EndPoint endpoint in options.Endpoints)
        {
            try
            {
                Listen(endpoint);
            }
            catch (Exception e) when (e is SocketException or BindException)
            {
                // If one endpoint fails, none stays bound.
                _listeners.ForEach(listener => listener.Dispose());
                throw e as BindException ?? new BindException(endpoint, e.Message, e);
            }
        }

        Endpoints = _listeners.ConvertAll(listener => listener.LocalEndPoint!);
        _door = room.OpenDoor(Wake);
        _accepting = Task.WhenAll(_listeners.Select(AcceptAsync));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_peers)
        {
            _stop ??= StopOnceAsync();
        }

        // The first caller whose patience ends sets the end for all: peers that are not done yet are cut off.
        cancellationToken.UnsafeRegister(_ => ResetAll(), null);
        return _stop;
    }

    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    private void Listen(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint)
        {
            throw new BindException(endpoint, "pumps listens on TCP only");
        }

        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listeners.Add(listener);
        listener.Bind(endpoint);
        listener.Listen(options.Backlog);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(_stopping.Token);
                socket.NoDelay = true;
                if (options.KeepAlive is { } silence)
                {
                    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                    socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)Math.Ceiling(silence.TotalSeconds));
                }

                var peer = new Peer(socket, _door!.Join(new Chatctl.Peer(socket.RemoteEndPoint)));
                var gone = new TaskCompletionSource();
                _peers[peer] = gone.Task;
                _ = ServeAsync(peer, gone);
            }
            catch (SocketException)
            {
                // The peer went away before it was accepted, or descriptors are short. In both cases try again later.
                await Task.Delay(TimeSpan.FromMilliseconds(10));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Peer peer, TaskCompletionSource gone)
    {
        // An eviction may have come before the peer could get the wake.
        peer.Wake();
        await peer.RunAsync();
        _peers.TryRemove(peer, out _);
        gone.SetResult();
    }

    private void Wake()
    {
        // Begins with another peer each time. The first ones may fill the room's window at once, and otherwise the last ones would never be heard.
        Peer[] peers = [.. _peers.Keys];
        uint first = Interlocked.Increment(ref _wakes);
        for (uint i = 0; i < peers.Length; i++)
        {
            peers[(first + i) % peers.Length].Wake();
        }
    }

    private void ResetAll()
    {
        foreach (Peer peer in _peers.Keys)
        {
            peer.Reset();
        }
    }

    private async Task StopOnceAsync()
    {
        _stopping.Cancel();
        _listeners.ForEach(listener => listener.Dispose());
        await _accepting;
        await Task.WhenAll(_peers.Values);
        _door?.Dispose();
        _completion.TrySetResult();
    }
}
