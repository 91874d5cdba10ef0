using System.Net;
using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Hosting;
using Chatctl.Io;
using Chatctl.Logging;
using Chatctl.Serve;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;
using Microsoft.Extensions.Logging;

[assembly: Verb<ServeVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl serve</c>: open a room.</summary>
internal sealed class ServeVerb : Verb
{
    private const string DefaultTransport = "select";

    // Any text: which transports there are depends on --plugins, and whoever asks for another one is told.
    private static readonly ValueSyntax<string?> TransportName = ValueSyntax.Text with { Hint = new ValueHint.Listed("transports --names") };

    /// <inheritdoc/>
    public override string Name => "serve";

    /// <inheritdoc/>
    public override string Summary => "Open a room: what one client sends reaches all the others.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl serve                                   # a room on localhost:9000, both address families
          chatctl serve 0.0.0.0:9000                      # for other machines too
          chatctl serve 9000 unix:/run/chat.sock          # two doors to one room
          chatctl serve saea+tcp://:9000 async+tcp://:9001  # a transport for each door
          chatctl serve --echo --framing raw 9000         # relay chunks as they come, the sender's own included
          url=$(chatctl serve :0 | head -1 &)             # any free port; the server lives on
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        var defaults = new RoomOptions();
        var serverDefaults = new ServerOptions { Endpoints = [] };
        CommandArgument endpoints = command.Argument("endpoint", $"Where to listen: {RoomDoor.Forms} (default: 9000, this machine only)", multipleValues: true);
        Setting<string?> transport = command.Setting("-t|--transport <NAME>", "How bytes are moved; see chatctl transports (default: select)", TransportName, DefaultTransport);
        Switch echo = command.Switch("--echo", "Send each line to its sender too");
        Setting<Framing> framing = command.Setting("--framing <KIND>", "What is relayed whole: line, nul (ends at NUL, as with xargs -0) or raw (chunks as they come) (default: line)", ValueSyntax.OneOf<Framing>(), defaults.Framing);
        Setting<long> maxLine = command.Setting("--max-line <SIZE>", "The longest line, its end included; who sends a longer one is cut off (default: 64k)", ValueSyntax.Size, defaults.MaxLineBytes);
        Setting<long> buffer = command.Setting("--buffer <SIZE>", "How far a slow reader may lag before --slow decides; at least 16 lines of the longest (default: 16m)", ValueSyntax.Size, defaults.BufferBytes);
        Setting<long> maxUnfinished = command.Setting("--max-unfinished <SIZE>", "How much lines that have not ended may take, over all clients; above that, the client with the oldest large one is cut off (default: 64m)", ValueSyntax.Size, defaults.MaxUnfinishedBytes);
        Setting<SlowPolicy> slow = command.Setting("--slow <KIND>", "When the buffer is full: wait (senders are held back), skip (who lags jumps forward and is told what it missed) or disconnect (who lags is cut off) (default: wait)", ValueSyntax.OneOf<SlowPolicy>(), defaults.Slow);
        Setting<TimeSpan> stall = command.Setting("--stall-timeout <TIME>", "How long a reader may take nothing of a full buffer before it is cut off (default: 10s)", ValueSyntax.Duration, defaults.StallTimeout);
        Setting<TimeSpan?> idle = command.Setting("--idle-timeout <TIME>", "How long a client may neither send nor be sent anything before it is cut off (default: for ever)", ValueSyntax.Duration.OrNone(), null);
        Setting<long?> rate = command.Setting("--rate <LINES>", "How many lines a second each client is read; a second's worth may come at once (default: all)", ValueSyntax.Count.OrNone(), null);
        Setting<long?> byteRate = command.Setting("--byte-rate <SIZE>", "How many bytes a second each client is read (default: all)", ValueSyntax.Size.OrNone(), null);
        Setting<TimeSpan?> coalesce = command.Setting("--coalesce <TIME>", "How long lines may wait for others, so that one send carries them together, when the last were sent less than this ago (default: not at all)", ValueSyntax.Duration.OrNone(), null);
        Setting<TimeSpan> drain = command.Setting("--drain-timeout <TIME>", "How long a stop may take to deliver what is pending (default: 5s)", ValueSyntax.Duration, TimeSpan.FromSeconds(5));
        Switch untilEof = command.Switch("--until-eof", "Stop when standard input ends, so as not to outlive whoever holds its other end");
        Setting<long> maxClients = command.Setting("--max-clients <N>", "How many clients there may be at a time; whoever comes then is reset (default: what the descriptor limit allows)", ValueSyntax.Count, AdmissionLimits.Affordable(Libc.DescriptorLimit()));
        Setting<long> maxPerIp = command.Setting("--max-per-ip <N>", "How many there may be from one IP address (default: no limit)", ValueSyntax.Count, long.MaxValue);
        SettingList<IPNetwork> allow = command.SettingList("--allow <NETWORK>", "Let in clients from these networks only: 10.0.0.0/8,::1", ValueSyntax.Network);
        SettingList<IPNetwork> deny = command.SettingList("--deny <NETWORK>", "Let in no clients from these networks, even if they are allowed", ValueSyntax.Network);
        Setting<TimeSpan?> keepAlive = command.Setting("--keepalive <TIME>", "After how long a silence to ask whether a client is still there, or off (default: 60s)", ValueSyntax.DurationOrOff, serverDefaults.KeepAlive);
        Setting<long> sendBuffer = command.Setting("--send-buffer <SIZE>", "How much the kernel may keep for each client that has not taken it yet (default: the system's choice)", ValueSyntax.Size, 0);
        Setting<string?> plugins = command.Setting("--plugins <DIR>", "Where else to look for transports", ValueSyntax.Directories, null);
        Setting<LogFormat> logFormat = command.Setting("--log-format <KIND>", "How the log is written: text, or json (an object a line) (default: text)", ValueSyntax.OneOf<LogFormat>(), LogFormat.Text);
        Switch quiet = command.Switch("-q|--quiet", "Errors only");
        Switch verbose = command.Switch("-v|--verbose", "Tell of every join and leave, and of where failures come from");

        return () =>
        {
            Setting.Exclude(quiet, verbose);

            LogFormat format = logFormat.Value;
            var room = new RoomOptions
            {
                Echo = echo.IsOn,
                Framing = framing.Value,
                MaxLineBytes = (int)Math.Min(maxLine.Value, int.MaxValue),
                BufferBytes = buffer.Value,
                MaxUnfinishedBytes = maxUnfinished.Value,
                Slow = slow.Value,
                StallTimeout = stall.Value,
                IdleTimeout = idle.Value,
                LinesPerSecond = rate.Value,
                BytesPerSecond = byteRate.Value,
                Coalesce = coalesce.Value,

                // When a stop's time is up, members without a receipt are reset. So the time that a receipt waits for members that lag has to be shorter.
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

            var options = new RelayOptions(
                room,
                serverDefaults with { KeepAlive = keepAlive.Value, SendBufferBytes = sendBuffer.Value == 0 ? null : (int)Math.Min(sendBuffer.Value, int.MaxValue) },
                new AdmissionLimits(maxClients.Value, maxPerIp.Value, new NetworkRules(allow.Values, deny.Values)),
                drain.Value,
                untilEof.IsOn);
            IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(endpoints.Values, transport.Value!);
            var catalog = PluginCatalog.ForTool(plugins.Value);
            TransportPlugin[] transports = [.. doors.Select(door => door.Transport).Distinct().Select(name => TransportPlugin.Load(catalog.Find(name)))];
            LogLevel least = quiet.IsOn ? LogLevel.Error : verbose.IsOn ? LogLevel.Debug : LogLevel.Information;
            using var loggers = new StandardErrorLoggers(least, format, TimeProvider.System);
            try
            {
                return new Relay(doors, options, transports, loggers, loggers.CreateAnsweringLogger(typeof(Relay).FullName!)).RunAsync().GetAwaiter().GetResult();
            }
            catch (Exception e) when (format == LogFormat.Json)
            {
                // Who reads the log by program finds in it why it has ended. For people the command line says so.
                RelayMessages.Failed(loggers.CreateLogger<Relay>(), e, e.Message);
                return e is PluginException or UsageException ? ExitCode.Usage : ExitCode.Network;
            }
        };
    }
}
