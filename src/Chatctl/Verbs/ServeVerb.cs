using Chatctl.Cli;
using Chatctl.Core;
using Chatctl.Hosting;
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
        CommandArgument endpoints = command.Argument("endpoint", $"Where to listen: {RoomDoor.Forms} (default: 9000, this machine only)", multipleValues: true);
        Setting<string?> transport = command.Setting("-t|--transport <NAME>", "How bytes are moved; see chatctl transports (default: select)", ValueSyntax.Text, DefaultTransport);
        Switch echo = command.Switch("--echo", "Send each line to its sender too");
        Setting<Framing> framing = command.Setting("--framing <KIND>", "What is relayed whole: line, nul (ends at NUL, as with xargs -0) or raw (chunks as they come) (default: line)", ValueSyntax.OneOf<Framing>(), defaults.Framing);
        Setting<long> maxLine = command.Setting("--max-line <SIZE>", "The longest line, its end included; who sends a longer one is cut off (default: 64k)", ValueSyntax.Size, defaults.MaxLineBytes);
        Setting<long> buffer = command.Setting("--buffer <SIZE>", "How far a slow reader may lag before senders are held back; at least 16 lines of the longest (default: 16m)", ValueSyntax.Size, defaults.BufferBytes);
        Setting<TimeSpan> stall = command.Setting("--stall-timeout <TIME>", "How long a reader may take nothing of a full buffer before it is cut off (default: 10s)", ValueSyntax.Duration, defaults.StallTimeout);
        Setting<TimeSpan> drain = command.Setting("--drain-timeout <TIME>", "How long a stop may take to deliver what is pending (default: 5s)", ValueSyntax.Duration, TimeSpan.FromSeconds(5));
        Setting<string?> plugins = command.Setting("--plugins <DIR>", "Where else to look for transports", ValueSyntax.Text, null);
        Switch quiet = command.Switch("-q|--quiet", "Errors only");
        Switch verbose = command.Switch("-v|--verbose", "Tell of every join and leave, and of where failures come from");

        return () =>
        {
            if (quiet.IsOn && verbose.IsOn)
            {
                throw new UsageException("--quiet and --verbose exclude each other");
            }

            var options = new RoomOptions
            {
                Echo = echo.IsOn,
                Framing = framing.Value,
                MaxLineBytes = (int)Math.Min(maxLine.Value, int.MaxValue),
                BufferBytes = buffer.Value,
                StallTimeout = stall.Value,
            };
            try
            {
                options.Validate();
            }
            catch (ArgumentException e)
            {
                throw new UsageException(e.Message);
            }

            IReadOnlyList<RoomDoor> doors = RoomDoor.ParseAll(endpoints.Values, transport.Value!);
            var catalog = PluginCatalog.ForTool(plugins.Value);
            TransportPlugin[] transports = [.. doors.Select(door => door.Transport).Distinct().Select(name => TransportPlugin.Load(catalog.Find(name)))];
            using var loggers = new StandardErrorLogger(quiet.IsOn ? LogLevel.Error : verbose.IsOn ? LogLevel.Debug : LogLevel.Information);
            return new Relay(doors, options, transports, drain.Value, loggers).RunAsync().GetAwaiter().GetResult();
        };
    }
}
