using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Core.Backplane;
using Chatctl.Core.Journal;
using Chatctl.Endpoints;
using Chatctl.Hosting;
using Chatctl.Io;
using Microsoft.Extensions.Logging;

namespace Chatctl.Serve;

/// <summary>A running relay: one room, a server for each transport at its doors, and the signals that end it.</summary>
/// <param name="doors">Where to listen, and with which transport.</param>
/// <param name="options">How to serve.</param>
/// <param name="plugins">The transports that the doors name.</param>
/// <param name="loggers">The log.</param>
/// <param name="answers">Gets the room's figures when a signal asks for them.</param>
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
        using RoomJournal? journal = OpenJournal();
        using var host = options.Backplane is null ? null : new BackplaneHost(options.Backplane.Plugin, loggers, TimeProvider.System);
        using var signals = new StopSignals();
        await using RoomBackplane? backplane = await OpenBackplaneAsync(host).ConfigureAwait(false);
        int code = await RunAsync(signals, journal, backplane).ConfigureAwait(false);

        // The log says why, and senders see that they have no receipt. The exit code tells it to the program that started the server.
        journal?.Dispose();
        return journal is { IsIncomplete: true } or { Completion.IsFaulted: true } ? ExitCode.Network : code;
    }

    private async Task<int> RunAsync(StopSignals signals, RoomJournal? journal, RoomBackplane? backplane)
    {
        PreferInlineCompletions();
        using var admission = new Admission(options.Admission, TimeProvider.System, _logger);
        AccessControl? access = options.Auth is null ? null : new AccessControl(options.Auth.Read(), TimeProvider.System);
        using var room = new Room(options.Room, TimeProvider.System, loggers.CreateLogger<Room>(), admission, access, journal, backplane);
        using AccessReload? reloadAccess = access is null ? null : new AccessReload(options.Auth!, access, room, _logger);
        using var figures = new FiguresSignal(room, answers);
        await using var host = new TransportHost(plugins, loggers, TimeProvider.System);
        var servers = new List<IBroadcastServer>();
        try
        {
            if (backplane is not null && !await TryStartAsync(backplane, room, signals.Stopping).ConfigureAwait(false))
            {
                return ExitCode.Done;
            }

            var addresses = new List<(int Door, EndPoint Address)>();
            foreach (TransportPlugin plugin in plugins)
            {
                // A server has TLS at all of its endpoints or at none. So a transport that can do both has two servers.
                foreach (bool withTls in (bool[])[false, true])
                {
                    (int Door, EndPoint Address)[] wanted = Wanted(plugin.Name, withTls);
                    if (wanted.Length > 0)
                    {
                        (IBroadcastServer server, int[] asked) = await StartAsync(host.Factory(plugin.Name), wanted, withTls, room).ConfigureAwait(false);
                        servers.Add(server);
                        addresses.AddRange(asked.Zip(server.Endpoints));
                    }
                }
            }

            using PosixSignalRegistration? reload = options.Server.Tls is null ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                servers.ForEach(server => server.Reload());
            });
            Announce([.. addresses.OrderBy(address => address.Door)]);

            // After the announcement, because another program may wait for that.
            using var meter = new RoomMeter(room);
            Task[] ends = [signals.First, .. options.UntilInputEnds ? [InputEnd.Watch()] : Array.Empty<Task>(), .. servers.Select(server => server.Completion)];
            Task[] failures = [.. journal is null ? Array.Empty<Task>() : [journal.Completion], .. backplane is null ? Array.Empty<Task>() : [backplane.Completion]];
            Task first = await Task.WhenAny([.. ends, .. failures]).ConfigureAwait(false);
            if (!failures.Contains(first))
            {
                RelayMessages.Stopping(_logger, room.MemberCount);
            }

            await DrainAsync(room, servers, isLost: backplane is { Completion.IsFaulted: true }).ConfigureAwait(false);
            if (backplane is { Completion.IsFaulted: true })
            {
                throw new ConnectionException(backplane.Completion.Exception!.InnerException!.Message, backplane.Completion.Exception);
            }

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

            if (backplane is not null)
            {
                // The room must be there until it has told the other nodes who has left.
                await backplane.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<RoomBackplane?> OpenBackplaneAsync(BackplaneHost? host)
    {
        if (host is null)
        {
            return null;
        }

        try
        {
            return await RoomBackplane.OpenAsync(
                host.Factory.Create, options.Backplane!.Options, options.Backplane.Name, TimeProvider.System, loggers.CreateLogger<RoomBackplane>(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (BackplaneException e)
        {
            throw new ConnectionException(e.Message, e);
        }
    }

    /// <summary>Waits until the room is what it is at the other nodes.</summary>
    /// <returns>False if a signal has ended the wait.</returns>
    private static async Task<bool> TryStartAsync(RoomBackplane backplane, Room room, CancellationToken stop)
    {
        try
        {
            await backplane.StartAsync(room, stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        catch (BackplaneException e)
        {
            throw new ConnectionException(e.Message, e);
        }
    }

    private RoomJournal? OpenJournal()
    {
        try
        {
            return options.Journal is { } kept ? RoomJournal.Open(kept, TimeProvider.System, loggers.CreateLogger<RoomJournal>()) : null;
        }
        catch (JournalException e)
        {
            throw new ConnectionException(e.Message, e);
        }
    }

    /// <summary>
    /// Makes operations on sockets complete on the thread that polls them, and not on a thread of the pool. A transport only copies bytes into
    /// the room there, which costs less than a change of thread. The runtime reads this variable once, when the process makes its first socket,
    /// so a transport would set it too late. A value that the user has set stays.
    /// </summary>
    private static void PreferInlineCompletions()
    {
        const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }

    /// <summary>
    /// One URL a line. A path of a Unix socket may hold any character: a terminal gets it escaped, so that it cannot command the terminal. A
    /// pipe or a file gets it exact, so that a program can use it.
    /// </summary>
    /// <param name="urls">Where the servers listen.</param>
    /// <param name="isForTerminal">Whether a terminal shows the lines.</param>
    internal static string UrlLines(IEnumerable<string> urls, bool isForTerminal) => string.Concat(
        urls.Select(url => $"{(isForTerminal ? Printable.Of(url) : url)}\n"));

    /// <summary>Ends the members, each behind what it is to get.</summary>
    /// <param name="room">The room.</param>
    /// <param name="servers">Its servers.</param>
    /// <param name="isLost">Whether nothing can be delivered or receipted any more.</param>
    private async Task DrainAsync(Room room, List<IBroadcastServer> servers, bool isLost)
    {
        using var patience = new CancellationTokenSource(isLost ? TimeSpan.Zero : options.DrainTimeout);
        room.Drain();
        try
        {
            await Task.WhenAll(servers.Where(server => !server.Completion.IsCompleted).Select(server => server.StopAsync(patience.Token))).ConfigureAwait(false);
        }
        catch (Exception) when (servers.Exists(server => server.Completion.IsFaulted))
        {
            // The server's completion holds the reason, and the caller looks there.
        }
    }

    /// <summary>The addresses of the doors of one server, each with the number of its door.</summary>
    private (int Door, EndPoint Address)[] Wanted(string transport, bool withTls) => [.. doors.Index()
        .Where(door => door.Item.Transport == transport && door.Item.Endpoint is TlsEndpoint == withTls)
        .SelectMany(door => door.Item.Resolve(doors).Select(address => (door.Index, address)))];

    /// <summary>Starts a server.</summary>
    /// <returns>The server, and the number of the door that each of its endpoints belongs to.</returns>
    private async Task<(IBroadcastServer Server, int[] Doors)> StartAsync(
        IBroadcastServerFactory factory, (int Door, EndPoint Address)[] named, bool withTls, Room room)
    {
        List<(int Door, EndPoint Address)> wanted = [.. named.Where(Unique([]))];
        while (true)
        {
            IBroadcastServer server = factory.Create(room, options.Server with
            {
                Endpoints = wanted.ConvertAll(door => door.Address),
                Tls = withTls ? options.Server.Tls : null,
            });
            try
            {
                await server.StartAsync(CancellationToken.None).ConfigureAwait(false);
                return (server, [.. wanted.Select(door => door.Door)]);
            }
            catch (BindException e) when (IsNotOfThisMachine(e) && IsOneOfSeveral(e.Endpoint))
            {
                // An endpoint stands for several addresses, and this machine does not have one of them: localhost or [::] without IPv6.
                wanted.RemoveAll(door => door.Address.Equals(e.Endpoint));
                await server.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                await server.DisposeAsync().ConfigureAwait(false);
                if (e is CertificateException)
                {
                    throw new UsageException(e.Message);
                }

                throw;
            }
        }

        bool IsOneOfSeveral(EndPoint address) =>
            named.Any(door => door.Address.Equals(address) && named.Count(other => other.Door == door.Door && wanted.Exists(left => left.Address.Equals(other.Address))) > 1);
    }

    private static bool IsNotOfThisMachine(BindException e) =>
        e.InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported };

    /// <summary>Whether an address is new. Several endpoints on port 0 are always new: the system gives each a port of its own.</summary>
    private static Func<(int Door, EndPoint Address), bool> Unique(HashSet<EndPoint> seen) => door => door.Address is IPEndPoint { Port: 0 } || seen.Add(door.Address);

    private void Announce(IReadOnlyList<(int Door, EndPoint Address)> addresses)
    {
        string Url((int Door, EndPoint Address) door) => Endpoint.ToUrl(door.Address, doors[door.Door].Endpoint.Scheme);
        foreach ((int Door, EndPoint Address) open in addresses.Where(door => door.Address is IPEndPoint ip && !IPAddress.IsLoopback(ip.Address)))
        {
            if (doors[open.Door].Endpoint is TlsEndpoint)
            {
                if (options is { Auth: null, Server.Tls.ClientCaPath: null })
                {
                    RelayMessages.OpenToOthersEncrypted(_logger, Url(open));
                }
            }
            else if (options.Auth is null)
            {
                RelayMessages.OpenToOthers(_logger, Url(open));
            }
            else
            {
                RelayMessages.OpenToNobody(_logger, Url(open));
            }
        }

        string[] urls = [.. addresses.Select(Url)];
        try
        {
            StandardStreams.OutputText.Write(UrlLines(urls, StandardStreams.OutputIsTerminal));
        }
        catch (IOException e)
        {
            // The reader of standard output is gone, or there never was one. The room is open all the same, and the log says where.
            RelayMessages.NotAnnounced(_logger, string.Join(' ', urls), e.Message);
        }
    }
}
