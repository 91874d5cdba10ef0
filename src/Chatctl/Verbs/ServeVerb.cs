using System.Net;
using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Core.Journal;
using Chatctl.Endpoints;
using Chatctl.Hosting;
using Chatctl.Io;
using Chatctl.Logging;
using Chatctl.Serve;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;
using Microsoft.Extensions.Logging;

[assembly: Verb<ServeVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl serve</c>: opens a room.</summary>
internal sealed class ServeVerb : Verb
{
    // Any text: which transports there are depends on --plugins. The lookup refuses a name that does not exist.
    private static readonly ValueSyntax<string?> TransportName = ValueSyntax.Text with { Hint = new ValueHint.Listed("transports --names") };

    /// <inheritdoc/>
    public override string Name => "serve";

    /// <inheritdoc/>
    public override string Summary => "Open a room: what one client sends reaches all the others.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl serve                                   # open a room on localhost:9000, in both address families
          chatctl serve 0.0.0.0:9000                      # let other machines join too
          chatctl serve 9000 unix:/run/chat.sock          # open two doors to one room
          chatctl serve saea+tcp://:9000 async+tcp://:9001  # choose a transport for each door
          chatctl serve --backplane redis://127.0.0.1/main  # share the room with other servers
          chatctl serve --echo --framing raw 9000         # relay chunks as they come, back to the sender too
          url=$(chatctl serve :0 | head -1 &)             # take any free port; the server goes on after head ends
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        var defaults = new RoomOptions();
        var serverDefaults = new ServerOptions { Endpoints = [] };
        CommandArgument endpoints = command.Argument("endpoint", $"Where to listen: {RoomDoor.Forms} Default: 9000, for this machine only.", multipleValues: true);
        Setting<string?> transport = command.Setting("-t|--transport <NAME>", "How bytes are moved. 'chatctl transports' lists the names. Default: select, or tls for tls://.", TransportName, null);
        Setting<string?> plugins = command.Setting("--plugins <DIR>", "Another folder of transport plugins; several as in PATH.", ValueSyntax.Directories, null);
        Setting<string?> certificate = command.Setting("--cert <FILE>", "The server's certificate for tls://, and those that lead to its authority: PEM, or PKCS#12 without a password. 'chatctl cert' makes one.", ValueSyntax.File, null);
        Setting<string?> key = command.Setting("--key <FILE>", "The private key of --cert, as PEM. Default: it is in the same file.", ValueSyntax.File, null);
        Setting<string?> clientCa = command.Setting("--client-ca <FILE>", "Let in clients over tls:// only with a certificate of one of these authorities, as PEM. With --auth, a token will do too. Default: clients need none.", ValueSyntax.File, null);
        Setting<Framing> framing = command.Setting("--framing <KIND>", "What is relayed whole: line; nul, which ends at a NUL byte as with xargs -0; or raw, chunks as they come. Default: line.", ValueSyntax.OneOf<Framing>(), defaults.Framing);
        Switch echo = command.Switch("--echo", "Send each line back to its sender too.");
        Setting<long> maxLine = command.Setting("--max-line <SIZE>", "The longest line, with its end. A client that sends a longer line is disconnected. Default: 64k.", RoomValues.Line, defaults.MaxLineBytes);
        Setting<long> maxUnfinished = command.Setting("--max-unfinished <SIZE>", "How much memory lines that have not ended may take, over all clients. Above that, a client with a large line is disconnected, the oldest line first. Default: 64m.", ValueSyntax.Size, defaults.MaxUnfinishedBytes);
        Setting<long?> history = command.Setting("--history <SIZE>", "How much of what was said to keep at least, for sessions that ask for it. Default: 1m once the first session has come.", RoomValues.History.OrNone(), null);
        Setting<string?> journal = command.Setting("--journal <DIR>", "Keep what is said in files in this folder, so that a restart of the server loses nothing. A folder is for one server. Default: keep nothing.", ValueSyntax.Directories, null);
        Setting<TimeSpan?> sync = command.Setting("--sync <WHEN>", "When what is said counts as kept, and its sender has its receipt. os: when the system has it; it survives the server. always: when the disk has it; it survives a power cut. TIME: as always, but the disk is asked at most so often. Default: os.", JournalValues.Sync, null);
        Setting<long> keep = command.Setting("--keep <SIZE>", "How large the journal may become. The oldest files are deleted. Default: 1g.", JournalValues.Keep, 1 << 30);
        Setting<TimeSpan?> keepFor = command.Setting("--keep-for <TIME>", "How long to keep what was said. Default: until --keep deletes it.", ValueSyntax.SomeDuration.OrNone(), null);
        Setting<string?> backplane = command.Setting("--backplane <URL>", "Share the room with other servers, through a log that all of them use: redis://HOST:PORT/ROOM, or rediss:// with TLS. Default: the room is of this server alone.", ValueSyntax.Text, null);
        Setting<string?> node = command.Setting("--node <NAME>", "With --backplane: the name of this server among the others. Default: the machine and the number of the process.", BackplaneValues.NodeName, null);
        Setting<string?> passwordFile = command.Setting("--backplane-password-file <FILE>", "The file with the password for --backplane. Default: that of CHATCTL_BACKPLANE_PASSWORD, if it is set.", ValueSyntax.File, null);
        Setting<PresenceScope> presence = command.Setting("--presence <KIND>", "Whose coming and going sessions are told. sessions: that of other sessions. all: that of plain clients too, by number. Default: sessions.", ValueSyntax.OneOf<PresenceScope>(), defaults.Presence);
        Switch plain = command.Switch("--plain", "Have no sessions: a hello of the session protocol is a line like any other.");
        Setting<TimeSpan?> coalesce = command.Setting("--coalesce <TIME>", "How long lines may wait for others, so that one send carries them together. They wait only if the last send was less than TIME ago. At most 1s. Default: lines do not wait.", RoomValues.Coalesce.OrNone(), null);
        Setting<SlowPolicy> slow = command.Setting("--slow <KIND>", "What to do when the buffer is full. wait: hold senders back. skip: a client that lags jumps forward and is told what it missed. disconnect: a client that lags is disconnected. Default: wait.", ValueSyntax.OneOf<SlowPolicy>(), defaults.Slow);
        Setting<long> buffer = command.Setting("--buffer <SIZE>", "How far a slow reader may lag before --slow decides. At least 16 times --max-line. Default: 16m.", ValueSyntax.Size, defaults.BufferBytes);
        Setting<TimeSpan> stall = command.Setting("--stall-timeout <TIME>", "With --slow wait: how long a reader may take less than a sixteenth of a full buffer before it is disconnected. Default: 10s.", ValueSyntax.SomeDuration, defaults.StallTimeout);
        Setting<long> sendBuffer = command.Setting("--send-buffer <SIZE>", "How many bytes the kernel may keep for each client that has not taken them yet. Default: the system's choice.", ValueSyntax.Size, 0);
        Setting<long> maxClients = command.Setting("--max-clients <N>", "How many clients there may be at a time. One more is reset. Default: what the limit of descriptors allows.", ValueSyntax.Count, AdmissionLimits.Affordable(Libc.DescriptorLimit()));
        Setting<long> maxPerIp = command.Setting("--max-per-ip <N>", "How many clients there may be from one IP address. Default: no limit.", ValueSyntax.Count, long.MaxValue);
        Setting<long?> rate = command.Setting("--rate <LINES>", "How many lines a second the server reads from each client. A second's worth may come at once. Default: no limit.", RoomValues.Rate.OrNone(), null);
        Setting<long?> byteRate = command.Setting("--byte-rate <SIZE>", "How many bytes a second the server reads from each client. Default: no limit.", ValueSyntax.Size.OrNone(), null);
        Setting<TimeSpan?> idle = command.Setting("--idle-timeout <TIME>", "How long a client may neither send nor receive anything before it is disconnected. Default: no limit.", ValueSyntax.SomeDuration.OrNone(), null);
        Setting<TimeSpan?> keepAlive = command.Setting("--keepalive <TIME>", "How long a TCP connection may be silent before the server asks whether the client is still there; off: never. Default: 60s.", ValueSyntax.DurationOrOff, serverDefaults.KeepAlive);
        SettingList<IPNetwork> allow = command.SettingList("--allow <NETWORK>", "Let in clients from these networks only, such as 10.0.0.0/8,::1. May be given several times. Default: from anywhere.", ValueSyntax.Network);
        SettingList<IPNetwork> deny = command.SettingList("--deny <NETWORK>", "Let in no clients from these networks, even if they are allowed.", ValueSyntax.Network);
        Setting<string?> auth = command.Setting("--auth <FILE>", "Let in only whom this file names: a line each, NAME PROOF RIGHTS. See 'chatctl token'. SIGHUP reads it again. Default: let in everybody.", ValueSyntax.File, null);
        Setting<UnixFileMode> socketMode = command.Setting("--socket-mode <MODE>", "Which users may connect to a Unix socket, as the permissions of its file: 600 for yourself, 660 for its group too, 666 for all. Default: 600.", SocketModes.Syntax, serverDefaults.SocketMode);
        Setting<TimeSpan> drain = command.Setting("--drain-timeout <TIME>", "How long a stop may take to deliver what is pending. Default: 5s.", ValueSyntax.Duration, TimeSpan.FromSeconds(5));
        Switch untilEof = command.Switch("--until-eof", "Stop when standard input ends, so that the server does not outlive the process at its other end.");
        Setting<LogFormat> logFormat = command.Setting("--log-format <KIND>", "How the log is written: text, or json, one object a line. Default: text.", ValueSyntax.OneOf<LogFormat>(), LogFormat.Text);
        Switch quiet = command.Switch("-q|--quiet", "Log errors only.");
        Switch verbose = command.Switch("-v|--verbose", "Log every join and leave, and show where failures come from.");

        return () =>
        {
            Setting.Exclude(quiet, verbose);
            Setting.Exclude(plain, history);
            Setting.Exclude(plain, presence);
            Setting.Exclude(plain, journal);
            Setting.Exclude(journal, backplane);

            LogFormat format = logFormat.Value;
            RoomValues.CheckSizes(maxLine, buffer, maxUnfinished);
            var room = new RoomOptions
            {
                Echo = echo.IsOn,
                Framing = framing.Value,
                MaxLineBytes = (int)maxLine.Value,
                BufferBytes = buffer.Value,
                MaxUnfinishedBytes = maxUnfinished.Value,
                Slow = slow.Value,
                StallTimeout = stall.Value,
                IdleTimeout = idle.Value,
                LinesPerSecond = rate.Value,
                BytesPerSecond = byteRate.Value,
                Coalesce = coalesce.Value,
                Sessions = !plain.IsOn,
                History = history.Value,
                Presence = presence.Value,

                // When a stop's time is up, members without a receipt are reset. So a receipt must wait for members that lag for a shorter time.
                ReceiptPatience = TimeSpan.FromTicks(Math.Min(RoomOptions.DefaultReceiptPatience.Ticks, drain.Value.Ticks / 2)),
            };
            try
            {
                room.Validate();
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message);
            }

            // Every value is read before a plugin is loaded, so that a bad one is told about first.
            ServerOptions server = serverDefaults with
            {
                SocketMode = socketMode.Value,
                KeepAlive = keepAlive.Value,
                SendBufferBytes = sendBuffer.Value == 0 ? null : (int)Math.Min(sendBuffer.Value, int.MaxValue),
            };
            var limits = new AdmissionLimits(maxClients.Value, maxPerIp.Value, new NetworkRules(allow.Values, deny.Values));
            JournalOptions? kept = JournalValues.Options(journal, sync, keep, keepFor);
            if (kept is not null && !room.Sessions)
            {
                throw new UsageException("--journal keeps what sessions get, and in this room there are none: --framing raw, or lines that are too long for them");
            }

            AuthFile? rules = auth.Value is { } file ? new AuthFile(file) : null;
            var catalog = PluginCatalog.ForTool(plugins.Value);
            var choice = new DoorTransports(catalog, transport.Value);
            IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(endpoints.Values, choice.For);
            BackplaneChoice? shared = BackplaneValues.Choose(catalog, backplane, node, passwordFile);
            TlsFiles? tls = Tls(certificate, key, clientCa, doors, isClientCertificateOptional: rules is not null);
            IReadOnlyList<TransportPlugin> transports = choice.Load(doors);
            var options = new RelayOptions(room, server with { Tls = tls }, limits, rules, kept, shared, drain.Value, untilEof.IsOn);
            LogLevel least = quiet.IsOn ? LogLevel.Error : verbose.IsOn ? LogLevel.Debug : LogLevel.Information;
            using var loggers = new StandardErrorLoggers(least, format, TimeProvider.System);
            try
            {
                return new Relay(doors, options, transports, loggers, loggers.CreateAnsweringLogger(typeof(Relay).FullName!)).RunAsync().GetAwaiter().GetResult();
            }
            catch (Exception e) when (format == LogFormat.Json)
            {
                // A program that reads the log finds the reason of the end in it. For people the command line prints the reason.
                RelayMessages.Failed(loggers.CreateLogger<Relay>(), e, e.Message);
                return e is PluginException or UsageException ? ExitCode.Usage : ExitCode.Network;
            }
        };
    }

    /// <summary>The files for TLS; null if no door needs them.</summary>
    /// <exception cref="UsageException">A file is missing, or is for nothing.</exception>
    private static TlsFiles? Tls(
        Setting<string?> certificate, Setting<string?> key, Setting<string?> clientCa, IReadOnlyList<RoomDoor> doors, bool isClientCertificateOptional)
    {
        if (doors.FirstOrDefault(door => door.Endpoint is TlsEndpoint) is { } door)
        {
            return certificate.Value is { } path
                ? new TlsFiles(path, key.Value, clientCa.Value) { IsClientCertificateOptional = isClientCertificateOptional }
                : throw new UsageException($"{door.Endpoint} needs --cert, the certificate that the server shows; 'chatctl cert' makes one");
        }

        // A variable may be there for another server.
        return Array.Find([certificate, key, clientCa], setting => setting.IsFlag) is { } idle
            ? throw new UsageException($"{idle.Name} is for an endpoint with TLS, such as tls://:{Endpoint.DefaultTlsPort}, and there is none")
            : null;
    }
}
