using System.Text.Json;

namespace Chatctl.Tests.Serve;

/// <summary>The text and the form of a server's log, and that a server needs no reader for it.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Each_line_of_the_JSON_log_is_an_object_with_the_event_and_its_values()
    {
        using Server server = await Server.StartAsync("--log-format", "json");
        using Peer peer = await server.JoinAsync();
        ToolResult result = await server.StopAsync();
        JsonElement[] events = [.. result.Error.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement joined = events.Single(line => line.GetProperty("id").GetInt32() == 1);
        Assert.Equal("Joined", joined.GetProperty("name").GetString());
        Assert.Equal("debug", joined.GetProperty("level").GetString());
        Assert.Equal("Chatctl.Core.Room", joined.GetProperty("category").GetString());
        Assert.StartsWith("#1 127.0.0.1:", joined.GetProperty("values").GetProperty("member").GetString(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, joined.GetProperty("time").GetDateTimeOffset().Offset);
        Assert.Equal(1, events.Single(line => line.GetProperty("id").GetInt32() == 202).GetProperty("values").GetProperty("members").GetInt32());
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_reason_of_the_end_is_in_the_JSON_log_too()
    {
        using var tool = ToolProcess.Start("serve", "--log-format", "json", "unix:/nowhere/at/all");
        ToolResult result = await tool.FinishAsync();
        string line = Assert.Single(result.Error.Split('\n')[..^1]);
        using var json = JsonDocument.Parse(line);
        Assert.Equal(206, json.RootElement.GetProperty("id").GetInt32());
        Assert.Contains("/nowhere/at/all", json.RootElement.GetProperty("values").GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_path_cannot_forge_a_line()
    {
        using var tool = ToolProcess.Start("serve", "unix:/nowhere/\u001b[2J\u202ea\nchatctl: forged");
        ToolResult result = await tool.FinishAsync();
        string line = Assert.Single(result.Error.Split('\n')[..^1]);
        Assert.Contains(@"/nowhere/\u{1b}[2J\u{202e}a\nchatctl: forged", line, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("2> >(exec sleep 1000)")]
    public async Task Thousands_of_joins_and_a_stop_work_although_no_reader_takes_the_log(string error)
    {
        // Closed, full, or a pipe without a reader. 2,000 joins and leaves fill such a pipe.
        using var tool = ToolProcess.Shell($"exec {error}; exec \"$CHATCTL\" serve -v --echo 127.0.0.1:0");
        string url = await tool.ReadLineAsync();
        for (int i = 0; i < 2000; i++)
        {
            using Peer passing = await Peer.ConnectAsync(url);
            if (i % 100 == 0)
            {
                await passing.SendAsync("x\n");
                Assert.Equal("x\n", await passing.ReadAsync(2));
            }
        }

        tool.Signal("TERM");
        Assert.Equal(0, await tool.ExitAsync());
    }

    [Fact]
    public async Task An_error_ends_it_although_no_reader_takes_the_message()
    {
        // The pipe is full before it starts.
        using var tool = ToolProcess.Shell(
            "exec 2> >(exec sleep 1000); timeout 1 cat /dev/zero >&2; exec \"$CHATCTL\" serve unix:/nowhere/at/all");
        Assert.Equal(1, await tool.ExitAsync());
    }

    [Fact]
    public async Task The_figures_are_logged_on_request_even_if_only_errors_are_logged_otherwise()
    {
        using var quiet = ToolProcess.Start("serve", "-q", "127.0.0.1:0");
        await quiet.ReadLineAsync();
        quiet.Signal("USR1");
        Assert.StartsWith("chatctl: members 0, sessions 0, joins 0, lines 0,", await quiet.ErrorLineAsync("members"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_asks_for_the_figures_as_often_as_it_comes()
    {
        using Server server = await Server.StartAsync();
        server.Process.Signal("USR1");
        Assert.Equal(
            "chatctl: members 0, sessions 0, joins 0, lines 0, deliveries 0, skipped 0, received 0 B, sent 0 B, evictions 0, window 0 of 16777216 B, unfinished 0 B, lag 0 B",
            await server.Process.ErrorLineAsync("joins"));
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        for (int i = 2; i < 30; i++)
        {
            await sender.SendAsync("x\n");
            Assert.Equal("x\n", await receiver.ReadAsync(2));
            server.Process.Signal("USR1");
            Assert.Contains($"members 2, sessions 0, joins 2, lines {i - 1}, deliveries {i - 1}, skipped 0, received {2 * (i - 1)} B,", await server.Process.ErrorLineAsync("joins", i), StringComparison.Ordinal);
        }

        Assert.Equal(0, (await server.StopAsync()).ExitCode);
    }

    [Fact]
    public async Task The_figures_are_values_of_the_JSON_log()
    {
        using Server server = await Server.StartAsync("--log-format", "json", "--max-line", "10");
        using Peer wordy = await server.JoinAsync();
        await wordy.SendAsync("far too long a line\n");
        await server.Process.ErrorLineAsync("Left");
        server.Process.Signal("USR1");
        using var json = JsonDocument.Parse(await server.Process.ErrorLineAsync("Figures"));
        JsonElement values = json.RootElement.GetProperty("values");
        Assert.Equal(0, values.GetProperty("members").GetInt32());
        Assert.Equal(20, values.GetProperty("received").GetInt64());
        Assert.Equal(1, values.GetProperty("evictions").GetProperty("line_too_long").GetInt64());
        Assert.Contains("evictions 1 (line_too_long 1)", json.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
