using System.Net;
using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Endpoints;
using Chatctl.Hosting;
using Chatctl.Io;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>A relay at work: one room, a server for each transport at its doors, and the signals that end it.</summary>
/// <param name="doors">Where to listen, and with what.</param>
/// <param name="roomOptions">How the room relays.</param>
/// <param name="plugins">The transports that the doors name.</param>
/// <param name="drainTimeout">How long a stop may take.</param>
/// <param name="loggers">The log.</param>
internal sealed class Relay(
    IReadOnlyList<RoomDoor> doors, RoomOptions roomOptions, IReadOnlyList<TransportPlugin> plugins, TimeSpan drainTimeout, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<Relay>();

    /// <summary>Serves until a signal or a failure.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="BindException">An endpoint cannot be listened on.</exception>
    /// <exception cref="ConnectionException">A name does not resolve, or a server failed.</exception>
    public async Task<int> RunAsync()
    {
        using var signals = new StopSignals();
        using var room = new Room(roomOptions, TimeProvider.System, loggers.CreateLogger<Room>());
        await using var host = new TransportHost(plugins, loggers, TimeProvider.System);
        var servers = new List<IBroadcastServer>();
        try
        {
            foreach (TransportPlugin plugin in plugins)
            {
                servers.Add(await StartAsync(host.Factory(plugin.Name), plugin.Name, room).ConfigureAwait(false));
            }

            Announce([.. servers.SelectMany(server => server.Endpoints)]);
            Task first = await Task.WhenAny([signals.First, .. servers.Select(server => server.Completion)]).ConfigureAwait(false);
            await DrainAsync(room, servers).ConfigureAwait(false);
            return servers.Find(server => server.Completion.IsFaulted || first == server.Completion) is not { } failed ? ExitCode.Done
                : throw new ConnectionException(
                    $"a server has ended: {failed.Completion.Exception?.InnerException?.Message ?? "the transport gave no reason"}", failed.Completion.Exception);
        }
        finally
        {
            foreach (IBroadcastServer server in servers)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task DrainAsync(Room room, List<IBroadcastServer> servers)
    {
        RelayMessages.Stopping(_logger, room.MemberCount);
        using var patience = new CancellationTokenSource(drainTimeout);
        room.Drain();
        try
        {
            await Task.WhenAll(servers.Where(server => !server.Completion.IsCompleted).Select(server => server.StopAsync(patience.Token))).ConfigureAwait(false);
        }
        catch (Exception) when (servers.Exists(server => server.Completion.IsFaulted))
        {
            // What ended a server is in its completion, where the caller looks.
        }
    }

    private async Task<IBroadcastServer> StartAsync(IBroadcastServerFactory factory, string transport, Room room)
    {
        EndPoint[][] named = [.. doors.Where(door => door.Transport == transport).Select(door => door.Endpoint.Resolve().ToArray())];
        List<EndPoint> wanted = [.. named.SelectMany(addresses => addresses).Where(Unique([]))];
        while (true)
        {
            IBroadcastServer server = factory.Create(room, new ServerOptions { Endpoints = wanted });
            try
            {
                await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
                return server;
            }
            catch (BindException e) when (IsNotOfThisMachine(e) && named.Any(addresses => addresses.Contains(e.Endpoint) && addresses.Count(wanted.Contains) > 1))
            {
                // A name stands for several addresses, and this machine lacks one of them: localhost where IPv6 is switched off.
                wanted.Remove(e.Endpoint);
                await server.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static bool IsNotOfThisMachine(BindException e) =>
        e.InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported };

    /// <summary>Whether an address has not been seen yet; several endpoints on port 0 are several on purpose.</summary>
    private static Func<EndPoint, bool> Unique(HashSet<EndPoint> seen) => address => address is IPEndPoint { Port: 0 } || seen.Add(address);

    private void Announce(IReadOnlyList<EndPoint> addresses)
    {
        foreach (IPEndPoint open in addresses.OfType<IPEndPoint>().Where(address => !IPAddress.IsLoopback(address.Address)))
        {
            RelayMessages.OpenToOthers(_logger, Endpoint.ToUrl(open));
        }

        try
        {
            StandardStreams.OutputText.Write(string.Concat(addresses.Select(address => $"{Endpoint.ToUrl(address)}\n")));
        }
        catch (IOException e)
        {
            // Whoever wanted to know has gone, or never was: the room is there all the same, and the log says where.
            RelayMessages.NotAnnounced(_logger, string.Join(' ', addresses.Select(Endpoint.ToUrl)), e.Message);
        }
    }
}
