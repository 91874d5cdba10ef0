using System.Globalization;
using Chatctl.Bench;
using Chatctl.Bench.Plotting;
using Chatctl.Cli;
using Chatctl.Endpoints;
using Chatctl.Hosting;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<BenchVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl bench</c>: how fast a relay is, and whether it relays right.</summary>
internal sealed class BenchVerb : Verb
{
    private const int MostSendersUnasked = 1000;
    private static readonly BenchOptions Defaults = new() { Clients = 100, Senders = 99 };

    /// <inheritdoc/>
    public override string Name => "bench";

    /// <inheritdoc/>
    public override string Summary => "Put load on a relay, and judge what it delivers and how fast.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl bench                                         # every transport, 100 clients, 1000 lines a second in all
          chatctl bench --rate max --transports select,saea     # as fast as they go
          chatctl bench --rate max --senders 1 --batch 1024     # one client in bulk
          chatctl bench localhost:9000 --pid "$(pidof ncat)"    # any other relay of lines
          chatctl bench --duration 60s --plot run.svg           # and a picture of the course of the run
          chatctl bench --stalled 1 --json | jq .correct        # with one client that never reads
        """;

    private static ValueSyntax<double> Rate { get; } = new("a number of lines a second, or max", (string text, out double value) =>
    {
        bool isMost = text.Equals("max", StringComparison.OrdinalIgnoreCase);
        bool isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0.1 and <= 1e9;
        value = isMost ? double.PositiveInfinity : value;
        return isMost || isNumber;
    });

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        CommandArgument endpoints = command.Argument(
            "endpoint", $"Where the relay is: {EndpointSyntax.Forms}. Default: none; each transport is measured in a server of its own.", multipleValues: true);
        Setting<string?> transports = command.Setting("--transports <NAMES>", "Which transports, with commas between. Default: all.", ValueSyntax.Text, null);
        Setting<string?> plugins = command.Setting("--plugins <DIR>", "Where else to look for transports.", ValueSyntax.Directories, null);
        Setting<long> clients = command.Setting("--clients <N>", "Clients that read; the first only listens. Default: 100.", ValueSyntax.Count, Defaults.Clients);
        Setting<long> senders = command.Setting("--senders <N>", "How many of them send, in turns. Default: all but the first, 1000 at most.", ValueSyntax.Count, 0);
        Setting<long> stalled = command.Setting("--stalled <N>", "Clients besides that join and never read. Default: none.", ValueSyntax.Count, 0);
        Setting<double> rate = command.Setting("--rate <R>", "Lines a second in all, or max. Default: 1000.", Rate, Defaults.Rate);
        Setting<long> size = command.Setting("--size <SIZE>", "Bytes a line, its end included; from 32. Default: 64.", ValueSyntax.Size, Defaults.Size);
        Setting<long> batch = command.Setting("--batch <N>", "Lines a write. Default: 1.", ValueSyntax.Count, Defaults.Batch);
        Setting<long> inFlight = command.Setting("--in-flight <N>", "Lines on their way at most under --rate max. Default: 20000.", ValueSyntax.Count, Defaults.InFlight);
        Setting<TimeSpan> duration = command.Setting("--duration <T>", "How long to measure. Default: 5s.", ValueSyntax.Duration, Defaults.Duration);
        Setting<TimeSpan> warmup = command.Setting("--warmup <T>", "How long to run before that. Default: 1s.", ValueSyntax.Duration, Defaults.Warmup);
        Setting<TimeSpan> patience = command.Setting("--patience <T>", "How long the relay may deliver nothing of what is on its way. Default: 15s.", ValueSyntax.Duration, Defaults.Patience);
        Switch echo = command.Switch("--echo", "The relay sends each line to its sender too.");
        Switch anyOrder = command.Switch("--any-order", "Do not ask for one order, the same to all.");
        Setting<long> pid = command.Setting("--pid <N>", "The relay's process, if it is on this machine, for its CPU time and memory.", ValueSyntax.Count, 0);
        Switch noPin = command.Switch("--no-pin", "Do not give server and generator a core each.");
        Switch selfTest = command.Switch("--self-test", "Measure the generator, against a relay that does next to nothing.");
        Switch json = command.Switch("--json", "Print one JSON document.");
        Switch csv = command.Switch("--csv", "Print a header and a row for each relay.");
        Setting<string?> plot = command.Setting("--plot <FILE>", "Draw latency and deliveries a second over the time of the run, as SVG.", ValueSyntax.File, null);
        Switch verbose = command.Switch("-v|--verbose", "Show where failures come from.");
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
                Refuse(!startsRelay || transports.Value is not null || pid.Value != 0, "--self-test brings its own relay: no endpoint, transports or process");
                runs.Add(bencher.RunNullRelay);
            }
            else if (startsRelay)
            {
                Refuse(pid.Value != 0, "--pid needs the endpoint of a relay");
                var catalog = PluginCatalog.ForTool(plugins.Value);
                IEnumerable<string> names = transports.Value is { } named
                    ? named.Split(',', StringSplitOptions.TrimEntries).Select(name => catalog.Find(name).Name)
                    : catalog.List().Select(folder => folder.Name);
                runs.AddRange(names.Select(name => (Func<Figures>)(() => bencher.RunTransport(name, plugins.Value))));
            }
            else
            {
                Refuse(transports.Value is not null, "--transports are of servers that bench starts itself: no endpoint");
                IReadOnlyList<Endpoint> targets = EndpointSyntax.ParseAll(endpoints.Values);
                Refuse(targets.Count > 1, $"one endpoint to put load on, not {targets.Count}: {string.Join(", ", targets)}");
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
                StandardStreams.Diagnose($"{run.Name} does not relay right: {run.Faults}");
            }
        }

        return figures.All(run => run.IsCorrect) ? ExitCode.Done : ExitCode.Network;
    }

    /// <summary>The command line of this process, as a user would type it.</summary>
    private static string Command() => ShellWords.Join(["chatctl", .. Environment.GetCommandLineArgs().Skip(1)]);

    private static int Number(Setting<long> setting, string option) =>
        setting.Value <= int.MaxValue ? (int)setting.Value : throw new UsageException($"{option}: {setting.Value} is too many");

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new UsageException(message);
        }
    }
}
