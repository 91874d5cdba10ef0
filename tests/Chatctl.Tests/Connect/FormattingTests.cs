using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Chatctl.Tests.Connect;

/// <summary>How the options change the lines that are sent and printed.</summary>
public sealed partial class FormattingTests
{
    [Theory]
    [InlineData("one\ntwo\r\n\n\r", "one\r\ntwo\r\n\r\n\r")]
    [InlineData("\n\n\n", "\r\n\r\n\r\n")]
    public async Task Lines_are_sent_with_CR_LF_and_never_get_a_second_CR(string input, string sent)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-C");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync(input);
        tool.CloseInput();
        Assert.Equal(sent, Encoding.UTF8.GetString(await peer.ReadToEndAsync()));
        await peer.SendAsync("as\nit\r\nis\n");
        peer.Finish();
        EndingTests.AssertQuiet(0, "as\nit\r\nis\n", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_CR_and_its_LF_may_come_in_two_reads_and_one_read_may_be_large()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--crlf");
        using Peer peer = await server.AcceptAsync();
        await tool.SendAsync("a\r");
        Assert.Equal("a\r", await peer.ReadAsync(2));
        await tool.SendAsync("\n");
        Assert.Equal("\n", await peer.ReadAsync(1));
        string much = new('\n', 200_000);
        await tool.SendAsync(much);
        tool.CloseInput();
        Assert.Equal(much.Replace("\n", "\r\n", StringComparison.Ordinal), Encoding.UTF8.GetString(await peer.ReadToEndAsync()));
        peer.Finish();
        EndingTests.AssertQuiet(0, "", await tool.FinishAsync());
    }

    [Fact]
    public async Task Lines_that_end_in_NUL_are_counted_by_NUL()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-0", "-n", "2", "--recv-only");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("a\nb\0c\n\0d\0");
        EndingTests.AssertQuiet(0, "a\nb\0c\n\0", await tool.FinishAsync());
    }

    [Fact]
    public async Task A_timestamp_stands_before_each_line_and_a_line_is_not_held_back()
    {
        using var server = new ScriptedServer();
        DateTimeOffset before = DateTimeOffset.Now.AddMilliseconds(-1);
        using var tool = ToolProcess.Shell("TZ=Asia/Kolkata exec \"$CHATCTL\" connect \"$1\" --timestamps", server.Address);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("one\n\ntw");
        string first = await tool.ReadLineAsync();
        string second = await tool.ReadLineAsync();
        await peer.SendAsync("o\nlast");
        string third = await tool.ReadLineAsync();
        tool.CloseInput();
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        string[] lines = [first, second, third, result.Text];
        Assert.Equal(["one", "", "two", "last"], lines.Select(line => line[30..]));
        Assert.All(lines, line => Assert.Matches(Rfc3339(), line));
        Assert.InRange(DateTimeOffset.Parse(first[..29], CultureInfo.InvariantCulture), before, DateTimeOffset.Now);
    }

    [Fact]
    public async Task A_timestamped_line_may_be_longer_than_what_can_be_held_back()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--timestamps", "-n", "1");
        using Peer peer = await server.AcceptAsync();
        Task<ToolResult> finish = tool.FinishAsync();
        byte[] line = Enumerable.Repeat((byte)'x', 20_000_000).Append((byte)'\n').ToArray();
        await peer.SendAsync(line);
        ToolResult result = await finish;
        Assert.Equal(line, result.Output[30..]);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("--timestamps")]
    [InlineData("--json")]
    public async Task Lines_that_end_in_NUL_are_printed_line_by_line(string option)
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-0", option, "--recv-only");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("a\nb\0c\0");
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        if (option == "--json")
        {
            Assert.Equal(["a\nb", "c"], result.Text.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()));
        }
        else
        {
            Assert.Equal(["a\nb", "c"], result.Text.Split('\0')[..^1].Select(line => line[30..]));
        }
    }

    [Fact]
    public async Task Each_line_becomes_one_object_whatever_is_in_it()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--json", "--recv-only");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("\"quoted\" \\ \t\0\r\n\nhälf");
        await peer.SendAsync(" a line\n");
        await peer.SendAsync(new byte[] { 0xff, 0xfe, 10 });
        await peer.SendAsync("no end");
        peer.Finish();
        ToolResult result = await tool.FinishAsync();
        JsonElement[] objects = [.. result.Text.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["\"quoted\" \\ \t\0\r", "", "hälf a line", null, "no end"],
            objects.Select(o => o.TryGetProperty("text", out JsonElement text) ? text.GetString() : null));
        Assert.Equal([0xff, 0xfe], objects[3].GetProperty("base64").GetBytesFromBase64());
        Assert.All(objects, o => Assert.Matches(Rfc3339(), o.GetProperty("time").GetString() + " "));
        Assert.EndsWith("closed the connection in the middle of a line\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_line_that_is_too_long_to_become_an_object_is_a_failure()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--json");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("short\n");
        Assert.Contains("\"short\"", await tool.ReadLineAsync(), StringComparison.Ordinal);
        try
        {
            await peer.SendAsync(new byte[17 << 20]);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The tool has ended before it got everything.
        }

        EndingTests.AssertFailed("a line longer than 16 MiB cannot be held for --json", await tool.FinishAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    public async Task What_arrives_is_appended_to_a_file_as_it_came(string option)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["log"], "before\n");
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start([.. "connect --recv-only -n 2 --tee".Split(' '), folder["log"], server.Address, .. option.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("one\r\ntwo\nthree\n");
        ToolResult result = await tool.FinishAsync();
        Assert.Equal((0, "before\none\r\ntwo\n"), (result.ExitCode, await File.ReadAllTextAsync(folder["log"])));
        Assert.Equal(option.Length == 0, result.Text == "one\r\ntwo\n");
    }

    [Fact]
    public async Task Two_tools_may_append_to_one_file()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using var one = ToolProcess.Start("connect", server.Address, "--recv-only", "--tee", folder["log"]);
        using Peer first = await server.AcceptAsync();
        using var other = ToolProcess.Start("connect", server.Address, "--recv-only", "--tee", folder["log"]);
        using Peer second = await server.AcceptAsync();
        await first.SendAsync("1\n");
        Assert.Equal("1", await one.ReadLineAsync());
        await second.SendAsync("2\n");
        Assert.Equal("2", await other.ReadLineAsync());
        await first.SendAsync("3\n");
        first.Finish();
        second.Finish();
        EndingTests.AssertQuiet(0, "", await other.FinishAsync());
        EndingTests.AssertQuiet(0, "3\n", await one.FinishAsync());
        Assert.Equal(["1", "2", "3"], (await File.ReadAllLinesAsync(folder["log"])).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_file_gets_what_the_output_does_not_take()
    {
        using var folder = new TemporaryFolder();
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Shell("exec \"$CHATCTL\" connect \"$1\" --recv-only --tee \"$2\" >/dev/full", server.Address, folder["log"]);
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("x\n");
        EndingTests.AssertFailed("cannot write standard output", await tool.FinishAsync());
        Assert.Equal("x\n", await File.ReadAllTextAsync(folder["log"]));
    }

    [Fact]
    public async Task A_file_that_takes_nothing_is_a_failure_but_the_output_gets_everything()
    {
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "--tee", "/dev/full");
        using Peer peer = await server.AcceptAsync();
        await peer.SendAsync("x\n");
        ToolResult result = await tool.FinishAsync();
        EndingTests.AssertOneLine("cannot write /dev/full: no space left on device", result.Error);
        Assert.Equal((1, "x\n"), (result.ExitCode, result.Text));
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_a_failure_before_anything_is_tried()
    {
        using var tool = ToolProcess.Start("connect", ScriptedServer.ClosedAddress(), "--tee", "/nowhere/log");
        EndingTests.AssertFailed("cannot open /nowhere/log: no such file or directory", await tool.FinishAsync());
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d ")]
    private static partial Regex Rfc3339();
}
