using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Chatctl.Tests.Serve;

/// <summary>What a signal does, and what every client knows after it.</summary>
public sealed class StoppingTests
{
    // More than the socket buffers of the two ends hold, and less than the room's window. So the server itself has to keep some of it.
    private const int Backlog = 10 << 20;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_delivers_everything_that_was_accepted_and_then_ends_it(string signal)
    {
        using Server server = await Server.StartAsync("--drain-timeout", "60s");
        using Peer receiver = await server.JoinAsync();
        byte[] lines = await FillAsync(server);
        server.Process.Signal(signal);
        await server.Process.ErrorLineAsync("stopping: delivering what is pending for 1 members");

        // No new client is let in meanwhile, and the receiver begins only now.
        await Assert.ThrowsAsync<SocketException>(() => UntilRefusedAsync(server.Urls[0]));
        byte[] received = await receiver.ReadToEndAsync();
        Assert.True(lines.AsSpan().SequenceEqual(received));
        ToolResult result = await server.Process.FinishAsync();
        Assert.DoesNotContain("warning", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_end_of_input_ends_it_with_until_eof()
    {
        using Server server = await Server.StartAsync("--until-eof");
        using Peer member = await server.JoinAsync();
        await server.Process.SendAsync("what is said there does not matter\n");
        Assert.True(member.IsSilent());
        server.Process.CloseInput();
        Assert.Empty(await member.ReadToEndAsync());
        Assert.Equal(0, (await server.Process.FinishAsync()).ExitCode);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_second_signal_ends_it_at_once(string signal, int code)
    {
        using Server server = await Server.StartAsync("--drain-timeout", "1h");
        using Peer receiver = await server.JoinAsync();
        await FillAsync(server);
        server.Process.Signal(signal);
        await server.Process.ErrorLineAsync("stopping");
        server.Process.Signal(signal);
        Assert.Equal(code, (await server.Process.FinishAsync()).ExitCode);
    }

    [Fact]
    public async Task A_client_that_has_not_taken_everything_when_the_drain_timeout_is_up_is_disconnected()
    {
        using Server server = await Server.StartAsync("--drain-timeout", "200ms");
        using Peer receiver = await server.JoinAsync();
        await FillAsync(server);
        ToolResult result = await server.StopAsync();
        Assert.Contains("chatctl: warning: disconnected because they had not taken everything", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(SocketError.ConnectionReset, await receiver.ReadToFailureAsync());
    }

    [Fact]
    public async Task A_room_with_members_that_only_listen_stops_before_the_drain_timeout()
    {
        using Server server = await Server.StartAsync("--drain-timeout", "1h");
        using Peer quiet = await server.JoinAsync();
        using Peer halfClosed = await server.JoinAsync();
        halfClosed.Finish();
        ToolResult result = await server.StopAsync();
        Assert.DoesNotContain("warning", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(await quiet.ReadToEndAsync());
        Assert.Empty(await halfClosed.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_in_the_middle_of_a_line_gets_no_receipt()
    {
        using Server server = await Server.StartAsync();
        using Peer sender = await server.JoinAsync();
        using Peer receiver = await server.JoinAsync();
        await sender.SendAsync("whole\nhalf");
        Assert.Equal("whole\n", await receiver.ReadAsync(6));
        ToolResult result = await server.StopAsync();
        Assert.Equal(SocketError.ConnectionReset, await sender.ReadToFailureAsync());
        Assert.Empty(await receiver.ReadToEndAsync());
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task A_client_in_the_middle_of_a_line_has_time_to_take_what_was_sent_to_it(string transport)
    {
        const int Bytes = 2 << 20;
        using Server server = await Server.StartAsync("-t", transport, "--drain-timeout", "60s");
        using Peer slow = await Peer.ConnectAsync(server.Urls[0], receiveBuffer: 8 << 10);
        await server.Process.ErrorLineAsync(" joined");
        await slow.SendAsync("half");
        using (Peer sender = await Peer.ConnectAsync(server.Urls[0]))
        {
            await sender.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Bytes / 64).Select(i => $"{i,63}\n"))));
            sender.Finish();
            Assert.Empty(await sender.ReadToEndAsync());
        }

        // Four times as long as the time of a client that takes nothing.
        Task<(long Bytes, SocketError End)> reading = slow.ReadSlowlyAsync(32 << 10, TimeSpan.FromMilliseconds(30));
        Assert.Equal(0, (await server.StopAsync()).ExitCode);
        Assert.Equal((Bytes, SocketError.ConnectionReset), await reading.Guard());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_receipt_while_the_server_stops_is_true(int seed)
    {
        const int Senders = 64;
        using Server server = await Server.StartAsync();
        using Peer receiver = await server.JoinAsync();
        receiver.Finish();
        var senders = new List<Peer>();
        for (int i = 0; i < Senders; i++)
        {
            senders.Add(await server.JoinAsync());
            await senders[i].SendAsync("+\n");
            Assert.Equal("+\n", await receiver.ReadAsync(2));
        }

        Task<byte[]> hearing = receiver.ReadToEndAsync();
        // One receipt is certain, so that a server that disconnects every client does not pass.
        await senders[0].SendAsync("0\n");
        Assert.True(senders[0].TryAsk());
        Assert.Equal(SocketError.Success, await senders[0].ReadToFailureAsync());
        var stop = Task.Run(() => server.Process.Signal("TERM"));
        var random = new Random(seed);
        var asked = new HashSet<int> { 0 };
        for (int i = 1; i < Senders; i++)
        {
            try
            {
                await senders[i].SendAsync($"{i}\n");
                if (senders[i].TryAsk())
                {
                    asked.Add(i);
                }
            }
            catch (SocketException)
            {
                // It was disconnected already.
            }

            Thread.SpinWait(random.Next(20_000));
        }

        await stop;
        SocketError[] ends = await Task.WhenAll(senders.Select(sender => sender.ReadToFailureAsync()));
        Assert.Equal(0, (await server.Process.FinishAsync()).ExitCode);
        string[] heard = Encoding.ASCII.GetString(await hearing).Split('\n');
        Assert.Subset(
            heard.ToHashSet(),
            asked.Where(i => ends[i] == SocketError.Success).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToHashSet());
        senders.ForEach(sender => sender.Dispose());
    }

    /// <summary>
    /// A client whose input ends just as the server stops learns that all was ordered, or that it is in doubt. It learns the first only if it is
    /// true. A client that still sends cannot learn the first.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_stop_is_never_taken_for_the_receipt_of_lines_that_were_not_ordered(int seed)
    {
        const int Senders = 4;
        var random = new Random(seed);
        using Server server = await Server.StartAsync("--drain-timeout", "60s");
        using Peer receiver = await server.JoinAsync();
        var senders = new List<ToolProcess>();
        for (int i = 0; i < Senders; i++)
        {
            senders.Add(await server.JoinWithToolAsync("--send-only"));
        }

        Task<byte[]> hearing = receiver.ReadToEndAsync();
        string[] texts = [.. Enumerable.Range(0, Senders).Select(i => string.Concat(Enumerable.Range(0, random.Next(1, 40_000)).Select(n => $"{i} {n}\n")))];

        // One of them never ends its input. The ends of the others and the signal come as close together as possible.
        Task endless = KeepSendingAsync(senders[0]);
        await Task.WhenAll(senders.Select((sender, i) => i == 0 ? Task.CompletedTask : sender.SendAsync(texts[i])));
        await Task.WhenAll(
            [Task.Run(() => server.Process.Signal("TERM")), .. senders.Skip(1).Select(sender => Task.Run(sender.CloseInput))]);
        ToolResult[] results = await Task.WhenAll(senders.Select(sender => sender.FinishAsync()));
        await endless;
        Assert.Equal(0, (await server.Process.FinishAsync()).ExitCode);

        string[] heard = Encoding.ASCII.GetString(await hearing).Split('\n');
        Connect.EndingTests.AssertFailed("may not have been delivered", results[0]);
        for (int i = 1; i < Senders; i++)
        {
            if (results[i].ExitCode == 0)
            {
                string name = $"{i} ";
                Assert.True(texts[i] == string.Concat(heard.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => $"{line}\n")));
            }
            else
            {
                Connect.EndingTests.AssertFailed("may not have been delivered", results[i]);
            }
        }

        senders.ForEach(sender => sender.Dispose());
    }

    /// <summary>A sender comes, has its lines accepted, and leaves.</summary>
    private static async Task<byte[]> FillAsync(Server server)
    {
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, Backlog / 16).Select(i => $"{i,15}\n")));
        using Peer sender = await server.JoinAsync();
        await sender.SendAsync(lines);
        sender.Finish();
        Assert.Empty(await sender.ReadToEndAsync());
        await server.Process.ErrorLineAsync("left");
        return lines;
    }

    private static async Task UntilRefusedAsync(string url)
    {
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        while (!patience.IsCancellationRequested)
        {
            // A client that was still let into the queue is disconnected. A little later there is no queue any more.
            using Peer peer = await Peer.ConnectAsync(url);
            await Task.Delay(10);
        }
    }

    private static async Task KeepSendingAsync(ToolProcess sender)
    {
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0 x\n", 4096)));
        try
        {
            while (true)
            {
                await sender.SendAsync(lines);
            }
        }
        catch (IOException)
        {
            // The server has ended, as it should.
        }
    }
}
