using Chatctl.Bench;

namespace Chatctl.Tests.Bench;

public sealed class TerminalReportTests
{
    [Fact]
    public void Progress_returns_the_results_of_the_runs()
    {
        using var cores = new Cores(wanted: false);
        using var interruption = new Interruption();
        var bencher = new Bencher(new BenchOptions { Clients = 2, Senders = 1 }, cores, interruption);
        IReadOnlyList<Figures> runs = [Of("a")];
        Assert.Same(runs, TerminalReport.WithProgress(bencher, 1, () =>
        {
            bencher.Progress("[a]", 0);
            bencher.Progress("[a]", 1);
            return runs;
        }));
    }

    [Fact]
    public void Bars_show_the_name_of_every_relay_unchanged()
    {
        using var output = new StringWriter();
        TerminalReport.Write(output, [Of("first"), Of("[/second]")]);
        Assert.Contains("[/second]", output.ToString().Split("latency p99, ms")[1], StringComparison.Ordinal);
    }

    private static Figures Of(string name) => new()
    {
        Name = name,
        Endpoint = "tcp://127.0.0.1:1",
        Elapsed = TimeSpan.FromSeconds(1),
        Deliveries = 1000,
        ServerCpu = TimeSpan.FromMilliseconds(5),
        P99 = TimeSpan.FromMilliseconds(2),
        Faults = new Faults(),
    };
}
