using System.Net;
using Chatctl.Core;
using Chatctl.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Demo;

/// <summary>
/// A room in this process, at a free port of the loopback address. It ends with the process, however that ends, so an interruption leaves nothing behind.
/// </summary>
internal sealed class DemoRoom : IDemoRoom, IAsyncDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly Room _room;
    private readonly TransportHost _host;
    private readonly IBroadcastServer _server;

    private DemoRoom(Room room, TransportHost host, IBroadcastServer server) => (_room, _host, _server) = (room, host, server);

    /// <inheritdoc/>
    public IPEndPoint Address => (IPEndPoint)_server.Endpoints[0];

    /// <inheritdoc/>
    public int MemberCount => _room.MemberCount;

    /// <inheritdoc/>
    public bool HasSessions => true;

    /// <summary>Opens a room.</summary>
    /// <param name="transport">The transport that serves it.</param>
    /// <exception cref="PluginException">The transport cannot be used.</exception>
    /// <exception cref="BindException">The loopback address cannot be listened on.</exception>
    public static async Task<DemoRoom> OpenAsync(TransportPlugin transport)
    {
        var host = new TransportHost([transport], NullLoggerFactory.Instance, TimeProvider.System);
        var room = new Room(new RoomOptions(), TimeProvider.System, NullLoggerFactory.Instance.CreateLogger<Room>());
        IBroadcastServer server = host.Factory(transport.Name).Create(room, new ServerOptions { Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)] });
        var opened = new DemoRoom(room, host, server);
        try
        {
            await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        using var patience = new CancellationTokenSource(DrainTimeout);
        _room.Drain();
        _server.StopAsync(patience.Token).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _room.Dispose();
        await _host.DisposeAsync().ConfigureAwait(false);
    }
}
