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
/// <param name="options">How.</param>
/// <param name="plugins">The transports that the doors name.</param>
/// <param name="loggers">The log.</param>
/// <param name="answers">Where the room's figures are told when a signal asks for them.</param>
internal sealed class Relay(
    IReadOnlyList<RoomDoor> doors, RelayOptions options, IReadOnlyList<TransportPlugin> plugins, ILoggerFactory loggers, ILogger answers)
{
    private readonly ILogger _logger = loggers.CreateLogger<Relay>();

    /// <summary>Serves until a signal or a failure.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="BindException">An endpoint cannot be listened on.</exception>
    /// <exception cref="ConnectionException">A name does not resolve, or a server failed.</exception>
    public async Task<int> RunAsync()
    {
        PreferInlineCompletions();
        using var signals = new StopSignals();
        using var admission = new Admission(options.Admission, TimeProvider.System, _logger);
        using var room = new Room(options.Room, TimeProvider.System, loggers.CreateLogger<Room>(), admission);
        using var figures = new FiguresSignal(room, answers);
        await using var host = new TransportHost(plugins, loggers, TimeProvider.System);
        var servers = new List<IBroadcastServer>();
        try
        {
            var addresses = new List<(int Door, EndPoint Address)>();
            foreach (TransportPlugin plugin in plugins)
            {
                (IBroadcastServer server, int[] asked) = await StartAsync(host.Factory(plugin.Name), plugin.Name, room).ConfigureAwait(false);
                servers.Add(server);
                addresses.AddRange(asked.Zip(server.Endpoints));
            }

            Announce([.. addresses.OrderBy(address => address.Door).Select(address => address.Address)]);

            // After the announcement, which somebody may wait for.
            using var meter = new RoomMeter(room);
            Task first = await Task.WhenAny([signals.First, .. options.UntilInputEnds ? [InputEnd.Watch()] : Array.Empty<Task>(), .. servers.Select(server => server.Completion)]).ConfigureAwait(false);
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

    /// <summary>
    /// Has operations on sockets complete on the thread that polls them instead of on one from the pool: what a transport does there is a
    /// copy into the room, and costs less than the way to another thread. The runtime looks at this once, when the process makes its first
    /// socket, so a transport would come too late; whoever has set it already knows better.
    /// </summary>
    private static void PreferInlineCompletions()
    {
        const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }

    private async Task DrainAsync(Room room, List<IBroadcastServer> servers)
    {
        RelayMessages.Stopping(_logger, room.MemberCount);
        using var patience = new CancellationTokenSource(options.DrainTimeout);
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

    /// <summary>Starts the server of a transport.</summary>
    /// <returns>The server, and which door each of its endpoints is part of.</returns>
    private async Task<(IBroadcastServer Server, int[] Doors)> StartAsync(IBroadcastServerFactory factory, string transport, Room room)
    {
        (int Door, EndPoint Address)[] named = [.. doors.Index().Where(door => door.Item.Transport == transport)
            .SelectMany(door => door.Item.Resolve(doors).Select(address => (door.Index, address)))];
        List<(int Door, EndPoint Address)> wanted = [.. named.Where(Unique([]))];
        while (true)
        {
            IBroadcastServer server = factory.Create(room, options.Server with { Endpoints = wanted.ConvertAll(door => door.Address) });
            try
            {
                await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
                return (server, [.. wanted.Select(door => door.Door)]);
            }
            catch (BindException e) when (IsNotOfThisMachine(e) && IsOneOfSeveral(e.Endpoint))
            {
                // An endpoint stands for several addresses, and this machine lacks one of them: localhost or [::] where IPv6 is switched off.
                wanted.RemoveAll(door => door.Address.Equals(e.Endpoint));
                await server.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        bool IsOneOfSeveral(EndPoint address) =>
            named.Any(door => door.Address.Equals(address) && named.Count(other => other.Door == door.Door && wanted.Exists(left => left.Address.Equals(other.Address))) > 1);
    }

    private static bool IsNotOfThisMachine(BindException e) =>
        e.InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported };

    /// <summary>Whether an address has not been seen yet; several endpoints on port 0 are several on purpose.</summary>
    private static Func<(int Door, EndPoint Address), bool> Unique(HashSet<EndPoint> seen) => door => door.Address is IPEndPoint { Port: 0 } || seen.Add(door.Address);

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
