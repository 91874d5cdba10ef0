using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Chatctl.Tests.Serve;

/// <summary>Which lines of others a member gets.</summary>
public sealed class RelayingTests
{
    [Theory]
    [InlineData("--transport=select")]
    [InlineData("--transport=async")]
    [InlineData("--transport=saea")]
    [InlineData("saea+tcp://127.0.0.1:0")]
    public async Task Four_writers_at_once_are_heard_whole_and_in_one_order_by_all(string transportOrSecondDoor)
    {
        const int Writers = 4, Lines = 50_000;
        using Server server = await Server.StartAsync(transportOrSecondDoor);
        using Peer firstPeer = await server.JoinAsync();
        using Peer secondPeer = await server.JoinAsync(server.Urls[^1]);
        using ToolProcess firstTool = await server.JoinWithToolAsync("--recv-only");
        using ToolProcess secondTool = await server.JoinWithToolAsync("--recv-only");
        Task<byte[]>[] peersHear = [firstPeer.ReadToEndAsync(), secondPeer.ReadToEndAsync()];
        Task<ToolResult>[] toolsHear = [firstTool.FinishAsync(), secondTool.FinishAsync()];
        var writers = new List<Peer>();
        for (int i = 0; i < Writers; i++)
        {
            writers.Add(await server.JoinAsync(server.Urls[i % server.Urls.Count]));
        }

        string[] texts = [.. Enumerable.Range(0, Writers).Select(writer => Text(writer, Lines))];
        byte[][] written = await Task.WhenAll(writers.Select((writer, i) => Task.Run(() => WriteAsync(writer, texts[i], new Random(i)))));
        await server.StopAsync();

        byte[] heard = await peersHear[0];
        byte[] heardToo = await peersHear[1];
        Assert.True(heard.AsSpan().SequenceEqual(heardToo));
        foreach (ToolResult tool in await Task.WhenAll(toolsHear))
        {
            Assert.True(heard.AsSpan().SequenceEqual(tool.Output));
            Assert.Equal(0, tool.ExitCode);
        }

        string[] lines = Encoding.ASCII.GetString(heard).Split('\n')[..^1];
        Assert.Equal(Writers * Lines, lines.Length);
        for (int i = 0; i < Writers; i++)
        {
            char name = Name(i);
            Assert.True(texts[i] == string.Concat(lines.Where(line => line[0] == name).Select(line => $"{line}\n")), $"writer {i}'s lines differ");

            // A writer gets the others' lines, in the same order, until it is done.
            string others = string.Concat(lines.Where(line => line[0] != name).Select(line => $"{line}\n"));
            string got = Encoding.ASCII.GetString(written[i]);
            Assert.True(others.StartsWith(got, StringComparison.Ordinal) && (got.Length == 0 || got[^1] == '\n'), $"writer {i} got something else");
        }

        writers.ForEach(writer => writer.Dispose());
    }

    [Fact]
    public async Task A_sender_does_not_get_its_own_lines()
    {
        using Server server = await Server.StartAsync();
        using Peer one = await server.JoinAsync();
        using Peer other = await server.JoinAsync();
        await one.SendAsync("one\n");
        Assert.Equal("one\n", await other.ReadAsync(4));
        await other.SendAsync("other\n");
        Assert.Equal("other\n", await one.ReadAsync(6));
    }

    [Fact]
    public async Task With_echo_a_sender_gets_its_own_lines()
    {
        using Server server = await Server.StartAsync("--echo");
        using Peer one = await server.JoinAsync();
        using Peer other = await server.JoinAsync();
        await one.SendAsync("one\n");
        Assert.Equal("one\n", await one.ReadAsync(4));
        Assert.Equal("one\n", await other.ReadAsync(4));
    }

    [Fact]
    public async Task Bytes_are_never_changed()
    {
        byte[] odd = [0, 1, 0x80, 0xff, 0xfe, (byte)'\r', (byte)'\n', (byte)'\n', 0xc3, (byte)'\n'];
        using Server server = await Server.StartAsync();
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync(odd);
        sender.Finish();
        Assert.Empty(await sender.ReadToEndAsync());
        await server.StopAsync();
        Assert.Equal(odd, await receiver.ReadToEndAsync());
    }

    [Fact]
    public async Task Framing_nul_ends_units_at_nul()
    {
        using Server server = await Server.StartAsync("--framing", "nul");
        using Peer one = await server.JoinAsync();
        using Peer other = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await one.SendAsync("a\nb");
        await other.SendAsync("c\0");
        Assert.Equal("c\0", await receiver.ReadAsync(2));
        await one.SendAsync("\0d");
        one.Finish();
        Assert.Equal("a\nb\0d\0", await receiver.ReadAsync(6));
    }

    [Fact]
    public async Task Framing_raw_relays_a_chunk_as_it_comes()
    {
        using Server server = await Server.StartAsync("--framing", "raw");
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync("no");
        Assert.Equal("no", await receiver.ReadAsync(2));
        await sender.SendAsync(" end");
        Assert.Equal(" end", await receiver.ReadAsync(4));
        sender.Finish();
        Assert.Empty(await sender.ReadToEndAsync());
        await server.StopAsync();
        Assert.Empty(await receiver.ReadToEndAsync());
    }

    [Fact]
    public async Task A_tail_is_ended_when_its_sender_finishes_and_that_is_confirmed()
    {
        using Server server = await Server.StartAsync();
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync("one\ntail");
        sender.Finish();
        Assert.Empty(await sender.ReadToEndAsync());
        Assert.Equal("one\ntail\n", await receiver.ReadAsync(9));
    }

    [Fact]
    public async Task A_tail_is_dropped_when_its_sender_resets()
    {
        using Server server = await Server.StartAsync();
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync("one\ntail");
        Assert.Equal("one\n", await receiver.ReadAsync(4));
        sender.Reset();
        await server.Process.ErrorLineAsync(" left");
        await server.StopAsync();
        Assert.Empty(await receiver.ReadToEndAsync());
    }

    [Fact]
    public async Task A_member_that_half_closes_without_a_byte_stays()
    {
        using Server server = await Server.StartAsync();
        using Peer listener = await server.JoinAsync();
        listener.Finish();
        using Peer sender = await server.JoinAsync();
        await sender.SendAsync("x\n");
        Assert.Equal("x\n", await listener.ReadAsync(2));
        Assert.True(listener.IsSilent());
        await sender.SendAsync("y\n");
        Assert.Equal("y\n", await listener.ReadAsync(2));
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(1024)]
    public async Task A_line_up_to_the_longest_is_relayed(int length)
    {
        string line = $"{new string('x', length - 1)}\n";
        using Server server = await Server.StartAsync("--max-line", "1k");
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync(line);
        Assert.Equal(line, await receiver.ReadAsync(length));
    }

    [Theory]
    [InlineData(1025, "\n")]
    [InlineData(1024, "")]
    [InlineData(5000, "\n")]
    public async Task Nothing_of_a_line_that_is_too_long_is_relayed_and_its_sender_is_disconnected(int length, string end)
    {
        using Server server = await Server.StartAsync("--max-line", "1k");
        using Peer sender = await server.JoinAsync();
        using Peer other = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync($"before\n{new string('x', length - end.Length)}{end}");
        Assert.Equal(SocketError.ConnectionReset, await sender.ReadToFailureAsync());
        Assert.StartsWith(
            "chatctl: warning: member #1 127.0.0.1:",
            await server.Process.ErrorLineAsync("is disconnected: it sent a line that is too long"),
            StringComparison.Ordinal);
        await other.SendAsync("after\n");
        Assert.Equal("before\nafter\n", await receiver.ReadAsync(13));
    }

    [Fact]
    public async Task The_longest_line_is_64_KiB_by_default()
    {
        string full = new('x', 64 << 10);
        string line = $"{full[1..]}\n";
        using Server server = await Server.StartAsync();
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync(line);
        Assert.Equal(line, await receiver.ReadAsync(line.Length));
        await sender.SendAsync(full);
        Assert.Equal(SocketError.ConnectionReset, await sender.ReadToFailureAsync());
    }

    private static char Name(int writer) => (char)('a' + writer);

    /// <summary>Lines of many lengths, each with its writer's name and its number.</summary>
    private static string Text(int writer, int lines)
    {
        var random = new Random(100 + writer);
        var text = new StringBuilder();
        for (int i = 0; i < lines; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Name(writer)} {i} ").Append('.', random.Next(60)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Writes in pieces of any length, reads meanwhile, and finishes.</summary>
    /// <returns>The bytes that it read until the end of the connection.</returns>
    private static async Task<byte[]> WriteAsync(Peer writer, string text, Random random)
    {
        Task<byte[]> reading = writer.ReadToEndAsync();
        ReadOnlyMemory<byte> rest = Encoding.ASCII.GetBytes(text);
        while (rest.Length > 0)
        {
            int length = Math.Min(rest.Length, random.Next(1, 4000));
            await writer.SendAsync(rest[..length]);
            rest = rest[length..];
        }

        writer.Finish();
        return await reading;
    }
}
