using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Chatctl.Tests.Connect;
using Chatctl.Tests.Serve;

namespace Chatctl.Tests.Bench;

/// <summary><c>chatctl bench</c> as a user runs it.</summary>
public sealed class BenchTests
{
    private static readonly string[] Tiny = ["--clients", "4", "--rate", "500", "--duration", "300ms", "--warmup", "100ms", "--no-pin"];

    [Fact]
    public async Task Without_an_endpoint_every_transport_is_measured_and_relays_correctly()
    {
        using var tool = ToolProcess.Start(["bench", .. Tiny, "--json"]);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement root = document.RootElement;
        Assert.True(root.GetProperty("correct").GetBoolean());
        Assert.Equal(4, root.GetProperty("load").GetProperty("clients").GetInt32());
        JsonElement[] runs = [.. root.GetProperty("runs").EnumerateArray()];
        Assert.Equal(["async", "saea", "select"], runs.Select(run => run.GetProperty("relay").GetString()));
        Assert.All(runs, run =>
        {
            Assert.True(run.GetProperty("correct").GetBoolean());

            // 500 lines a second for 0.4 s, even if the machine is late.
            Assert.Equal(200, run.GetProperty("lines").GetInt64());
            Assert.True(run.GetProperty("deliveries").GetInt64() > 0);
            Assert.True(run.GetProperty("serverMemoryBytes").GetInt64() > 0);
            Assert.Equal(JsonValueKind.Number, run.GetProperty("serverCpuSeconds").ValueKind);
            JsonElement latency = run.GetProperty("latencyMicroseconds");
            Assert.True(latency.GetProperty("p50").GetDouble() > 0);
            Assert.True(latency.GetProperty("max").GetDouble() >= latency.GetProperty("p50").GetDouble());
            Assert.Equal(0, run.GetProperty("faults").GetProperty("lost").GetInt64());
        });
    }

    [Fact]
    public async Task Its_servers_get_neither_the_rules_nor_the_journal_of_another_one()
    {
        using var folder = new TemporaryFolder();
        var another = new Dictionary<string, string> { ["CHATCTL_AUTH"] = "nowhere/room.auth", ["CHATCTL_JOURNAL"] = folder["journal"] };
        using var tool = ToolProcess.Start(another, ["bench", .. Tiny, "--transports", "select"]);
        Assert.Equal(0, (await tool.FinishAsync()).ExitCode);
        Assert.False(Directory.Exists(folder["journal"]));
    }

    [Theory]
    [InlineData("--clients 20 --rate max")]
    [InlineData("--clients 20 --rate max --senders 1 --batch 64")]
    [InlineData("--clients 5 --echo")]
    [InlineData("--clients 5 --size 101")]
    [InlineData("--clients 5 --stalled 1")]
    [InlineData("--clients 2 --senders 1 --rate 333.3")]
    [InlineData("--clients 6 --sessions 3")]
    [InlineData("--clients 6 --sessions 6 --echo --reconnect 50")]
    [InlineData("--clients 6 --sessions 4 --reconnect 50 --rate max --in-flight 2000")]
    [InlineData("--clients 4 --sessions 4 --reconnect 50 --rate max --senders 1 --batch 16 --in-flight 2000")]
    public async Task Any_load_is_relayed_correctly(string options)
    {
        using var tool = ToolProcess.Start(["bench", "--duration", "300ms", "--warmup", "100ms", "--no-pin", "--transports", "saea", "--json", .. options.Split(' ')]);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        Assert.True(document.RootElement.GetProperty("runs")[0].GetProperty("deliveries").GetInt64() > 0);
    }

    [Fact]
    public async Task A_running_relay_is_measured_together_with_its_process()
    {
        using Server server = await Server.StartAsync();
        using var tool = ToolProcess.Start(["bench", server.Urls[0], .. Tiny, "--csv", "--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        string[][] rows = [.. result.Text.TrimEnd('\n').Split('\n').Select(row => row.Split(','))];
        Assert.Equal(2, rows.Length);
        Assert.Equal(rows[0].Length, rows[1].Length);
        Assert.Equal(server.Urls[0], rows[1][0]);
        Assert.Equal("200", rows[1][Array.IndexOf(rows[0], "lines")]);
        Assert.NotEqual("", rows[1][Array.IndexOf(rows[0], "server_memory_bytes")]);
        Assert.Equal("1", rows[1][Array.IndexOf(rows[0], "correct")]);
    }

    [Fact]
    public async Task On_a_pipe_the_table_is_plain_text()
    {
        using var tool = ToolProcess.Start(["bench", .. Tiny, "--self-test"]);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        string[] rows = result.Text.TrimEnd('\n').Split('\n');
        Assert.Equal(2, rows.Length);
        Assert.StartsWith("RELAY", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("null", rows[1], StringComparison.Ordinal);
        Assert.EndsWith("none", rows[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Text);
    }

    [Fact]
    public async Task A_plot_draws_every_transport_and_the_figures_are_still_printed()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Root, "run.svg");

        // The old file is longer than the picture. Nothing of it may stay.
        await File.WriteAllTextAsync(file, new string('x', 1_000_000));
        using var tool = ToolProcess.Start(["bench", .. Tiny, "--transports", "saea,async", "--plot", file]);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3, result.Text.TrimEnd('\n').Split('\n').Length);
        var picture = XDocument.Parse(await File.ReadAllTextAsync(file));
        XNamespace svg = "http://www.w3.org/2000/svg";
        Assert.EndsWith($"--transports saea,async --plot {file}", picture.Root!.Element(svg + "title")!.Value, StringComparison.Ordinal);
        Assert.Equal(10, picture.Descendants(svg + "path").Count());
    }

    [Fact]
    public async Task A_plot_that_cannot_be_opened_is_reported_before_the_load_runs()
    {
        using var tool = ToolProcess.Start("bench", "--duration", "1h", "--plot", "/nowhere/run.svg");
        EndingTests.AssertFailed("cannot open /nowhere/run.svg: no such file or directory", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_plot_that_cannot_be_written_is_reported_after_the_figures()
    {
        using var tool = ToolProcess.Start(["bench", .. Tiny, "--self-test", "--plot", "/dev/full"]);
        ToolResult result = await tool.FinishAsync();
        Assert.EndsWith("chatctl: cannot write /dev/full: no space left on device\n", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("RELAY", result.Text, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_run_that_fails_leaves_no_new_file_for_its_plot_and_does_not_touch_an_old_one()
    {
        using var folder = new TemporaryFolder();
        string made = Path.Combine(folder.Root, "new.svg"), old = Path.Combine(folder.Root, "old.svg");
        await File.WriteAllTextAsync(old, "old");
        foreach (string file in (string[])[made, old])
        {
            using var tool = ToolProcess.Start(["bench", ScriptedServer.ClosedAddress(), .. Tiny, "--plot", file]);
            Assert.Equal(1, (await tool.FinishAsync()).ExitCode);
        }

        Assert.False(File.Exists(made));
        Assert.Equal("old", await File.ReadAllTextAsync(old));
    }

    [Theory]
    [InlineData("/dev/stdout")]
    [InlineData("/proc/self/fd/1")]
    public async Task A_plot_on_standard_output_comes_after_what_the_file_behind_it_holds(string path)
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Root, "out");
        using var tool = ToolProcess.Shell("""{ echo before; "$CHATCTL" bench "${@:2}"; echo after; } >"$1" """, [file, .. Tiny, "--self-test", "--plot", path]);
        await tool.FinishAsync();
        string[] parts = (await File.ReadAllTextAsync(file)).Split("<?xml");
        Assert.StartsWith("before\nRELAY", parts[0], StringComparison.Ordinal);
        Assert.EndsWith("</svg>\nafter\n", parts[1], StringComparison.Ordinal);
        XDocument.Parse("<?xml" + parts[1].Replace("after\n", ""));
    }

    public static TheoryData<string, string> Wrongs => new()
    {
        { "drop", "1 lost" },
        { "repeat", "1 duplicated" },
        { "swap", "1 reordered" },
        { "tear", "1 lost, 1 torn" },
        { "close", "1 connections closed by the relay" },
    };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task The_report_names_what_a_relay_does_wrong(string wrong, string verdict)
    {
        using var relay = new BadRelay(3, (relay, line) => Misdeliver(relay, line, wrong));
        using var tool = ToolProcess.Start("bench", relay.Address, "--clients", "3", "--senders", "1", "--rate", "1000", "--duration", "300ms", "--warmup", "0", "--no-pin", "--json");
        ToolResult result = await tool.FinishAsync();
        Assert.Contains($"does not relay correctly: {verdict}\n", result.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(result.Output);
        Assert.False(document.RootElement.GetProperty("correct").GetBoolean());
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Bench_ends_when_a_relay_stops_answering()
    {
        using var relay = new BadRelay(3, (relay, _) => relay.Stop());
        using var tool = ToolProcess.Start("bench", relay.Address, "--clients", "3", "--senders", "1", "--rate", "1000", "--duration", "1s", "--patience", "2s", "--no-pin");
        ToolResult result = await tool.FinishAsync();
        Assert.Contains("the relay has stopped answering", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_not_a_relay()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("bench", server.Address, "--clients", "2", "--patience", "500ms");
        EndingTests.AssertFailed("does not relay: 0 of 1 clients received a line of another client", await tool.FinishAsync());
    }

    [Fact]
    public async Task Without_a_server_the_connection_is_refused()
    {
        using var tool = ToolProcess.Start("bench", ScriptedServer.ClosedAddress());
        EndingTests.AssertFailed("connection refused", await tool.FinishAsync());
    }

    [Fact]
    public async Task An_echo_that_the_options_do_not_mention_is_a_mistake()
    {
        using Server server = await Server.StartAsync("--echo");
        using var tool = ToolProcess.Start(["bench", server.Urls[0], .. Tiny]);
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine("sends lines back to their sender (use --echo)", result.Error);
        Assert.Equal(2, result.ExitCode);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_bench_and_its_server_and_nothing_is_printed(string signal, int code)
    {
        using var tool = ToolProcess.Start("bench", "--clients", "2", "--duration", "1h", "--no-pin", "--transports", "async");
        int child = await tool.ChildAsync();
        tool.Signal(signal);
        ToolResult result = await tool.FinishAsync();
        Assert.Equal((code, "", ""), (result.ExitCode, result.Text, result.Error));
        await ToolProcess.AwaitGoneAsync(child);
    }

    [Fact]
    public async Task When_bench_is_killed_its_server_ends_too()
    {
        using var tool = ToolProcess.Start("bench", "--clients", "2", "--duration", "1h", "--no-pin", "--transports", "async");
        int child = await tool.ChildAsync();
        tool.Signal("KILL");
        await tool.ExitAsync();
        await ToolProcess.AwaitGoneAsync(child);
    }

    [Theory]
    [InlineData("--rate: 'fast' is not a number of lines a second, or max", "--rate fast")]
    [InlineData("--rate: '0' is not a number of lines a second, or max", "--rate 0")]
    [InlineData("--clients: at least 2 are needed, one to send and one to receive", "--clients 1")]
    [InlineData("--senders: at most 9, because the first of 10 clients only listens", "--clients 10 --senders 10")]
    [InlineData("--size: 32 to 65536 bytes, not 31", "--size 31")]
    [InlineData("--size: 32 to 65536 bytes, not 131072", "--size 128k")]
    [InlineData("--duration: must be longer than 0", "--duration 0")]
    [InlineData("--patience: must be longer than 0", "--patience 0")]
    [InlineData("--batch: a write holds at most 16m", "--batch 1000000")]
    [InlineData("--json and --csv exclude each other", "--json --csv")]
    [InlineData("unknown transport 'zzz'", "--transports zzz")]
    [InlineData("--transports is for servers that bench starts itself", "localhost:1 --transports async")]
    [InlineData("--self-test starts its own relay", "localhost:1 --self-test")]
    [InlineData("--pid needs the endpoint of a relay", "--pid 1")]
    [InlineData("--pid: there is no process 2147483647", "localhost:1 --pid 2147483647")]
    [InlineData("bench takes one endpoint, not 2", "a b")]
    [InlineData("bench does not speak TLS, so it cannot measure tls://localhost:1", "tls://localhost:1")]
    [InlineData("--sessions: at most 5, because there are only so many clients", "--clients 5 --sessions 6")]
    [InlineData("--reconnect: only sessions can resume", "--reconnect 5")]
    [InlineData("--reconnect: 'max' is not a number of connections a second", "--reconnect max --sessions 2")]
    [InlineData("--self-test relays bare lines", "--self-test --sessions 2")]
    public async Task A_mistake_is_reported_in_one_line(string message, string commandLine)
    {
        using var tool = ToolProcess.Start(["bench", .. commandLine.Split(' ')]);
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine(message, result.Error);
        Assert.Equal("", result.Text);
        Assert.Equal(2, result.ExitCode);
    }

    private static void Misdeliver(BadRelay relay, byte[] line, string wrong)
    {
        switch (wrong, relay.Number)
        {
            case ("drop", 100):
                break;
            case ("repeat", 100):
                relay.Send(line);
                relay.Send(line);
                break;
            case ("swap", 100):
                relay.Kept = [.. line];
                break;
            case ("swap", 101):
                relay.Send(line);
                relay.Send(relay.Kept!);
                break;
            case ("tear", 100):
                relay.Send([.. line[..20], .. line[30..]]);
                break;
            case ("close", 100):
                // The line is delivered first. Otherwise it would be chance whether a later line still shows the gap.
                relay.Send(line);
                relay.CloseOne();
                break;
            default:
                relay.Send(line);
                break;
        }
    }
}
