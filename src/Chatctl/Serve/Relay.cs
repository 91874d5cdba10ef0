using System.Net;
using System.Net.Sockets;
using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Endpoints;
using Chatctl.Hosting;
using Chatctl.Io;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>A relay at work: one room, the server at its door, and the signals that end it.</summary>
/// <param name="endpoints">Where to listen.</param>
/// <param name="roomOptions">How the room relays.</param>
/// <param name="plugin">The transport.</param>
/// <param name="drainTimeout">How long a stop may take.</param>
/// <param name="loggers">The log.</param>
internal sealed class Relay(
    IReadOnlyList<Endpoint> endpoints, RoomOptions roomOptions, TransportPlugin plugin, TimeSpan drainTimeout, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<Relay>();

    /// <summary>Serves until a signal or a failure.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="BindException">An endpoint cannot be listened on.</exception>
    /// <exception cref="ConnectionException">A name does not resolve, or the server failed.</exception>
    public async Task<int> RunAsync()
    {
        using var signals = new StopSignals();
        using var room = new Room(roomOptions, TimeProvider.System, loggers.CreateLogger<Room>());
        await using var host = new TransportHost([plugin], loggers, TimeProvider.System);
        await using IBroadcastServer server = await StartAsync(host.Factory(plugin.Name), room).ConfigureAwait(false);
        Announce(server.Endpoints);

        if (await Task.WhenAny(server.Completion, signals.First).ConfigureAwait(false) == server.Completion)
        {
            Exception? cause = server.Completion.Exception?.InnerException;
            throw new ConnectionException($"the server has ended: {cause?.Message ?? "the transport gave no reason"}", cause);
        }

        RelayMessages.Stopping(_logger, room.MemberCount);
        using var patience = new CancellationTokenSource(drainTimeout);
        room.Drain();
        await server.StopAsync(patience.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private async Task<IBroadcastServer> StartAsync(IBroadcastServerFactory factory, Room room)
    {
        EndPoint[][] named = [.. endpoints.Select(endpoint => endpoint.Resolve().ToArray())];
        List<EndPoint> wanted = [.. named.SelectMany(addresses => addresses).Where(Unique([]))];
        while (true)
        {
            IBroadcastServer server = factory.Create(room, new ServerOptions { Endpoints = wanted });
            try
            {
                await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
                return server;
            }
            catch (BindException e) when (IsNotOfThisMachine(e) && named.Any(addresses => addresses.Length > 1 && addresses.Contains(e.Endpoint)))
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
            // Whoever wanted to know has gone, or never was: the room is there all the same.
            RelayMessages.NotAnnounced(_logger, e.Message);
        }
    }
}
