using System.Globalization;
using Chatctl.Bench;
using Chatctl.Bench.Plotting;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Hosting;
using Chatctl.Io;
using Chatctl.Serve;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<BenchVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl bench</c>: measures how fast a relay is, and checks whether it relays correctly.</summary>
internal sealed class BenchVerb : Verb
{
    private const int MostSendersUnasked = 1000;
    private static readonly BenchOptions Defaults = new() { Clients = 100, Senders = 99 };

    /// <inheritdoc/>
    public override string Name => "bench";

    /// <inheritdoc/>
    public override string Summary => "Put load on a relay, measure its speed and check what it delivers.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl bench                                         # every transport, 100 clients, 1000 lines a second in all
          chatctl bench --rate max --transports select,saea     # two transports, as fast as they can
          chatctl bench --rate max --senders 1 --batch 1024     # one client sends in bulk
          chatctl bench localhost:9000 --pid "$(pidof ncat)"    # any other relay of lines
          chatctl bench --duration 60s --plot run.svg           # draw the course of the run
          chatctl bench --sessions 50 --reconnect 10            # half are sessions, and lose ten connections a second
          chatctl bench --stalled 1 --json | jq .correct        # one more client, which never reads
        """;

    private static ValueSyntax<double> Rate { get; } = new("a number of lines a second, or max", (string text, out double value) =>
    {
        bool isMost = text.Equals("max", StringComparison.OrdinalIgnoreCase);
        bool isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0.1 and <= 1e9;
        value = isMost ? double.PositiveInfinity : value;
        return isMost || isNumber;
    });

    private static ValueSyntax<double> ResetRate { get; } = new("a number of connections a second", (string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is 0 or (>= 0.1 and <= 1e5));

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        CommandArgument endpoints = command.Argument(
            "endpoint", $"The address of the relay: {EndpointSyntax.Forms}. bench does not speak TLS. Without one, bench starts a server for each transport.", multipleValues: true);
        Setting<string?> transports = command.Setting("--transports <NAMES>", "The transports to measure, separated by commas. Default: all that listen on tcp://.", ValueSyntax.Text, null);
        Setting<string?> plugins = command.Setting("--plugins <DIR>", "Another folder of transport plugins; several as in PATH.", ValueSyntax.Directories, null);
        Setting<long> clients = command.Setting("--clients <N>", "Clients that read. The first of them only listens. Default: 100.", ValueSyntax.Count, Defaults.Clients);
        Setting<long> senders = command.Setting("--senders <N>", "How many of these clients send, in turns. Default: all except the first, at most 1000.", ValueSyntax.Count, 0);
        Setting<long> stalled = command.Setting("--stalled <N>", "Additional clients that join and never read. Default: none.", ValueSyntax.Count, 0);
        Setting<long> sessions = command.Setting("--sessions <N>", "How many of the clients have a session. Default: none.", ValueSyntax.Count, 0);
        Setting<double> resets = command.Setting("--reconnect <RATE>", "How many connections of sessions a second are reset, and resumed. Default: none.", ResetRate, 0);
        Setting<double> rate = command.Setting("--rate <R>", "Lines a second in all, or max. Default: 1000.", Rate, Defaults.Rate);
        Setting<long> size = command.Setting("--size <SIZE>", "Bytes a line, including its end; at least 32. Default: 64.", ValueSyntax.Size, Defaults.Size);
        Setting<long> batch = command.Setting("--batch <N>", "Lines in each write. Default: 1.", ValueSyntax.Count, Defaults.Batch);
        Setting<long> inFlight = command.Setting("--in-flight <N>", "The most lines on their way with --rate max. Default: 20000.", ValueSyntax.Count, Defaults.InFlight);
        Setting<TimeSpan> duration = command.Setting("--duration <TIME>", "How long to measure. Default: 5s.", ValueSyntax.Duration, Defaults.Duration);
        Setting<TimeSpan> warmup = command.Setting("--warmup <TIME>", "How long to run before measuring. Default: 1s.", ValueSyntax.Duration, Defaults.Warmup);
        Setting<TimeSpan> patience = command.Setting("--patience <TIME>", "How long the relay may deliver nothing while lines are on their way. Default: 15s.", ValueSyntax.Duration, Defaults.Patience);
        Switch echo = command.Switch("--echo", "The relay also sends each line to its sender.");
        Switch anyOrder = command.Switch("--any-order", "Do not check that all clients see the same order.");
        Setting<long> pid = command.Setting("--pid <N>", "The relay's process on this machine, to measure its CPU time and memory.", ValueSyntax.Count, 0);
        Switch noPin = command.Switch("--no-pin", "Do not give the server and the generator a core each.");
        Switch selfTest = command.Switch("--self-test", "Measure the generator itself, with a relay that does almost nothing.");
        Switch json = command.Switch("--json", "Print one JSON document.");
        Switch csv = command.Switch("--csv", "Print a header and a row for each relay.");
        Setting<string?> plot = command.Setting("--plot <FILE>", "Draw latency and deliveries a second over the time of the run, as SVG.", ValueSyntax.File, null);
        Switch verbose = command.Switch("-v|--verbose", "Show where an error comes from.");
        return () =>
        {
            if (json.IsOn && csv.IsOn)
            {
                throw new UsageException("--json and --csv exclude each other");
            }

            _ = verbose.IsOn;
            int crowd = Number(clients, "--clients");
            using var cores = new Cores(!noPin.IsOn);
            bool startsRelay = endpoints.Values.Count == 0;
            var options = new BenchOptions
            {
                Clients = crowd,
                Senders = senders.Value == 0 ? Math.Min(crowd - 1, MostSendersUnasked) : Number(senders, "--senders"),
                Stalled = Number(stalled, "--stalled"),
                Sessions = Number(sessions, "--sessions"),
                Resets = resets.Value,
                Rate = rate.Value,
                Size = Number(size, "--size"),
                Batch = Number(batch, "--batch"),
                InFlight = Math.Max(inFlight.Value, 2 * batch.Value),
                Duration = duration.Value,
                Warmup = warmup.Value,
                Patience = patience.Value,
                Echo = echo.IsOn,
                OneOrder = !anyOrder.IsOn,
                KeepsTimeline = plot.Value is not null,
                Spins = Environment.ProcessorCount > 1,
            };
            options.Validate();
            using var interruption = new Interruption();
            var bencher = new Bencher(options, cores, interruption);
            List<Func<Figures>> runs = [];
            if (selfTest.IsOn)
            {
                Refuse(options.Sessions > 0, "--self-test relays bare lines: it takes no --sessions");
                Refuse(!startsRelay || transports.Value is not null || pid.Value != 0, "--self-test starts its own relay: it takes no endpoint, --transports or --pid");
                runs.Add(bencher.RunNullRelay);
            }
            else if (startsRelay)
            {
                Refuse(pid.Value != 0, "--pid needs the endpoint of a relay");
                var catalog = PluginCatalog.ForTool(plugins.Value);
                IEnumerable<string> names = transports.Value is { } named
                    ? named.Split(',', StringSplitOptions.TrimEntries).Select(name => catalog.Named(name).Name)
                    : catalog.List(PluginKind.Transport).Where(folder => TransportPlugin.Load(folder).Schemes.Contains(TcpEndpoint.TcpScheme)).Select(folder => folder.Name);
                runs.AddRange(names.Select(name => (Func<Figures>)(() => bencher.RunTransport(name, plugins.Value))));
            }
            else
            {
                Refuse(transports.Value is not null, "--transports is for servers that bench starts itself: it takes no endpoint");
                IReadOnlyList<Endpoint> targets = EndpointSyntax.ParseAll(endpoints.Values);
                Refuse(targets.Count > 1, $"bench takes one endpoint, not {targets.Count}: {string.Join(", ", targets)}");
                Refuse(targets[0] is TlsEndpoint, $"bench does not speak TLS, so it cannot measure {targets[0]}");
                int? process = pid.Value == 0 ? null : Number(pid, "--pid");
                runs.Add(() => bencher.RunRelay(targets[0], process));
            }

            using PlotFile? picture = plot.Value is { } path ? new PlotFile(path) : null;
            try
            {
                IReadOnlyList<Figures> figures = StandardStreams.ErrorIsTerminal ? TerminalReport.WithProgress(bencher, runs.Count, RunAll) : RunAll();
                int code = Report(options, figures, json.IsOn, csv.IsOn);
                picture?.Replace(output => PlotReport.Write(output, Command(), options, figures));
                return code;
            }
            catch (InterruptedException e)
            {
                return e.ExitCode;
            }

            IReadOnlyList<Figures> RunAll() => runs.ConvertAll(run => run());
        };
    }

    private static int Report(BenchOptions options, IReadOnlyList<Figures> figures, bool json, bool csv)
    {
        if (json)
        {
            JsonReport.Write(StandardStreams.Output, options, figures);
            StandardStreams.OutputText.WriteLine();
        }
        else if (csv)
        {
            CsvReport.Write(StandardStreams.OutputText, figures);
        }
        else if (StandardStreams.OutputIsTerminal)
        {
            TerminalReport.Write(StandardStreams.OutputText, figures);
        }
        else
        {
            PlainReport.Write(StandardStreams.OutputText, figures);
        }

        foreach (Figures run in figures)
        {
            foreach (string doubt in run.Doubts())
            {
                StandardStreams.Diagnose($"warning: {doubt}");
            }

            if (!run.IsCorrect)
            {
                StandardStreams.Diagnose($"{run.Name} does not relay correctly: {run.Faults}");
            }
        }

        return figures.All(run => run.IsCorrect) ? ExitCode.Done : ExitCode.Network;
    }

    /// <summary>The command line of this process, as a user would type it.</summary>
    private static string Command() => ShellWords.Join(["chatctl", .. Environment.GetCommandLineArgs().Skip(1)]);

    private static int Number(Setting<long> setting, string option) =>
        setting.Value <= int.MaxValue ? (int)setting.Value : throw new UsageException($"{option}: {setting.Value} is out of range: at most {int.MaxValue}");

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new UsageException(message);
        }
    }
}
