using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Chatctl.Tests.Serve;

/// <summary>What happens to a client that reads too slowly, and to the others meanwhile.</summary>
public sealed class SlowReceiverTests
{
    [Fact]
    public async Task A_client_that_stalls_while_the_window_is_full_is_disconnected_and_the_others_get_everything()
    {
        byte[] lines = Lines(24 << 20);

        // Not shorter, because a reader on a busy machine must not look stalled.
        using Server server = await Server.StartAsync("--buffer", "1m", "--max-line", "64k", "--stall-timeout", "3s");
        using Peer stalled = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        using ToolProcess tool = await server.JoinWithToolAsync("--recv-only");
        using Peer sender = await server.JoinAsync();
        Task<byte[]> hearing = receiver.ReadToEndAsync();
        Task<ToolResult> toolHears = tool.FinishAsync();
        await sender.SendAsync(lines);
        sender.Finish();
        Assert.Empty(await sender.ReadToEndAsync());
        Assert.StartsWith(
            "chatctl: warning: member #1 127.0.0.1:",
            await server.Process.ErrorLineAsync("is disconnected: it has taken nothing for the stall timeout"),
            StringComparison.Ordinal);
        Assert.Equal(SocketError.ConnectionReset, await stalled.ReadToFailureAsync());
        ToolResult result = await server.StopAsync();
        Assert.Equal(0, result.ExitCode);
        byte[] heard = await hearing;
        Assert.True(lines.AsSpan().SequenceEqual(heard));
        byte[] printed = (await toolHears).Output;
        Assert.True(lines.AsSpan().SequenceEqual(printed));
        Assert.Equal(1, result.Error.Split("is disconnected").Length - 1);
    }

    [Fact]
    public async Task A_client_that_lags_within_the_window_is_not_disconnected()
    {
        byte[] lines = Lines(10 << 20);
        using Server server = await Server.StartAsync("--buffer", "16m", "--stall-timeout", "100ms");
        using Peer laggard = await server.JoinAsync();
        using Peer sender = await server.JoinAsync();
        await sender.SendAsync(lines);
        sender.Finish();
        Assert.Empty(await sender.ReadToEndAsync());
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        server.Process.Signal("TERM");
        byte[] heard = await laggard.ReadToEndAsync();
        Assert.True(lines.AsSpan().SequenceEqual(heard));
        Assert.DoesNotContain("is disconnected", (await server.Process.FinishAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_skip_a_client_that_stalls_is_told_exactly_what_it_missed_and_the_others_get_everything()
    {
        byte[] lines = Lines(16 << 20);
        using Server server = await Server.StartAsync("--buffer", "1m", "--slow", "skip");
        using Peer stalled = await server.JoinAsync();
        await BeHeardInStepAsync(server, lines);
        server.Process.Signal("TERM");
        string[] heard = Encoding.ASCII.GetString(await stalled.ReadToEndAsync()).Split('\n');
        int place = 0;
        int notices = 0;
        foreach (string line in heard[..^1])
        {
            if (line.Split(' ') is ["chatctl:", "skipped", var count, "lines,", var bytes, "bytes"])
            {
                int missed = int.Parse(count, CultureInfo.InvariantCulture);
                Assert.Equal($"{missed * 64}", bytes);
                place += missed;
                notices++;
            }
            else
            {
                Assert.Equal($"{place++,63}", line);
            }
        }

        Assert.Equal(lines.Length / 64, place);
        Assert.True(notices > 0);
        ToolResult result = await server.Process.FinishAsync();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("was too slow and has missed", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("is disconnected", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_disconnect_a_client_that_stalls_is_disconnected_and_the_others_get_everything()
    {
        using Server server = await Server.StartAsync("--buffer", "1m", "--slow", "disconnect");
        using Peer stalled = await server.JoinAsync();
        await BeHeardInStepAsync(server, Lines(16 << 20));
        await server.Process.ErrorLineAsync("is disconnected: it was too slow and stood in the way when the window was full");
        Assert.Equal(SocketError.ConnectionReset, await stalled.ReadToFailureAsync());
        Assert.Equal(1, (await server.StopAsync()).Error.Split("is disconnected").Length - 1);
    }

    /// <summary>Sends lines, and waits until a listener has heard them before it sends more, so that the listener is never slow.</summary>
    private static async Task BeHeardInStepAsync(Server server, byte[] lines)
    {
        const int Step = 64 << 10;
        using Peer sender = await server.JoinAsync();
        using Peer listener = await server.JoinAsync();
        for (int start = 0; start < lines.Length; start += Step)
        {
            await sender.SendAsync(lines.AsMemory(start, Step));
            Assert.Equal(Encoding.ASCII.GetString(lines, start, Step), await listener.ReadAsync(Step));
        }
    }

    private static byte[] Lines(int bytes) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, bytes / 64).Select(i => $"{i,63}\n")));
}
