using System.Text.Json;
using Chatctl.Tests.Connect;

namespace Chatctl.Tests.Bench;

/// <summary><c>chatctl bench --sessions</c>, with a small server that the test controls.</summary>
public sealed class BenchSessionTests
{
    private static readonly string[] Tiny =
        ["--clients", "4", "--duration", "400ms", "--warmup", "0", "--patience", "3s", "--no-pin", "--json"];

    [Theory]
    [InlineData("--sessions 4")]
    [InlineData("--sessions 1")]
    [InlineData("--sessions 2 --batch 5 --size 101")]
    [InlineData("--sessions 4 --reconnect 100")]
    [InlineData("--sessions 2 --reconnect 100 --senders 1")]
    [InlineData("--sessions 4 --reconnect 100 --rate max --in-flight 1000")]
    public async Task Sessions_and_plain_clients_of_a_right_server_have_no_faults(string options)
    {
        using var relay = new SessionRelay();
        using var tool = ToolProcess.Start(["bench", relay.Address, .. Tiny, .. options.Split(' ')]);
        ToolResult result = await tool.FinishAsync();
        Assert.True(result.ExitCode == 0, result.Error);
        using var document = JsonDocument.Parse(result.Output);
        JsonElement run = document.RootElement.GetProperty("runs")[0];
        Assert.Equal(options.Contains("--reconnect", StringComparison.Ordinal), run.GetProperty("resumes").GetInt64() > 0);
        Assert.True(run.GetProperty("deliveries").GetInt64() > 0);
    }

    [Theory]
    [InlineData("number", "wrong numbers")]
    [InlineData("sender", "1 with a wrong sender")]
    [InlineData("skip", "1 lost")]
    [InlineData("ack", "wrong numbers")]
    [InlineData("ack too much", "wrong numbers")]
    [InlineData("no ack", "not acknowledged")]
    [InlineData("error", "1 refused")]
    [InlineData("take twice", "duplicated")]
    [InlineData("gap", "wrong numbers")]
    [InlineData("again", "wrong numbers")]
    [InlineData("forget", "1 refused")]
    public async Task The_report_names_what_a_server_does_wrong_with_sessions(string wrong, string verdict)
    {
        string[] reconnect = wrong is "take twice" or "gap" or "again" or "forget" ? ["--reconnect", "200"] : [];
        ToolResult? result = null;

        // Chance brings the moment at which a resume can go wrong, or it does not. Then the run says nothing, and another one follows.
        for (int run = 0; run < 50; run++)
        {
            using var relay = new SessionRelay(wrong);
            using var tool = ToolProcess.Start(["bench", relay.Address, .. Tiny, "--sessions", "4", .. reconnect]);
            result = await tool.FinishAsync();
            if (relay.WasWrong || result.ExitCode != 0)
            {
                break;
            }
        }

        Assert.NotNull(result);
        Assert.Contains("does not relay correctly: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(verdict, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_relay_without_sessions_is_named()
    {
        using var relay = new BadRelay(2, (_, _) => { });
        using var tool = ToolProcess.Start("bench", relay.Address, "--clients", "2", "--sessions", "1", "--patience", "500ms");
        EndingTests.AssertFailed("does not open sessions: it answered 0 of 1 hellos", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_hello_that_is_refused_is_reported_with_the_reason()
    {
        using var relay = new SessionRelay("hello");
        using var tool = ToolProcess.Start("bench", relay.Address, "--clients", "2", "--sessions", "2");
        EndingTests.AssertFailed("closed a connection while clients were joining: there are no names today", await tool.FinishAsync());
    }
}
