using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Chatctl.Tests.Serve;

namespace Chatctl.Tests.Chaos;

/// <summary>What a bad network costs: it may cost the member behind it something, and the other members nothing.</summary>
public sealed class BadNetworkTests
{
    public static TheoryData<string> Transports => ["select", "async", "saea"];

    public static TheoryData<string, string> Nuisances
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string transport in new[] { "select", "async", "saea" })
            {
                foreach (string nuisance in new[] { "latency", "bandwidth", "single bytes", "all of it" })
                {
                    all.Add(transport, nuisance);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Nuisances))]
    public async Task Lines_arrive_whole_in_order_and_all_of_them(string transport, string nuisance)
    {
        Faults faults = nuisance switch
        {
            "latency" => new Faults { Latency = TimeSpan.FromMilliseconds(20), LargestPiece = 1000 },
            "bandwidth" => new Faults { BytesPerSecond = 100_000, LargestPiece = 1500 },
            "single bytes" => new Faults { LargestPiece = 1 },
            _ => new Faults { Latency = TimeSpan.FromMilliseconds(10), BytesPerSecond = 200_000, LargestPiece = 700, FinDelay = TimeSpan.FromMilliseconds(200) },
        };
        using Server server = await Server.StartAsync("-t", transport);
        using var network = new ChaosProxy(server.Urls[0], faults, seed: 1);
        using Peer near = await server.JoinAsync();
        using Peer far = await server.JoinAsync(network.Url);
        Peer[] senders = [await server.JoinAsync(network.Url), await server.JoinAsync(network.Url)];
        Task<byte[]> nearHears = near.ReadToEndAsync(), farHears = far.ReadToEndAsync();
        await Task.WhenAll(senders.Select(async (sender, name) =>
        {
            Task<byte[]> hearing = sender.ReadToEndAsync();
            await sender.SendAsync(Lines(name));
            sender.Finish();
            await hearing;
        }));
        ToolResult result = await server.StopAsync();
        Assert.Equal(0, result.ExitCode);
        string[] heard = Encoding.ASCII.GetString(await nearHears).Split('\n');
        Assert.Equal(heard, Encoding.ASCII.GetString(await farHears).Split('\n'));
        for (int name = 0; name < senders.Length; name++)
        {
            string start = $"{name} ";
            Assert.Equal(Lines(name), string.Concat(heard.Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line + '\n')));
            senders[name].Dispose();
        }

        Assert.Equal(2 * 500 + 1, heard.Length);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_reset_in_the_middle_of_a_line_relays_nothing_of_it(string transport)
    {
        using Server server = await Server.StartAsync("-t", transport);
        using var network = new ChaosProxy(server.Urls[0], new Faults { ResetAfter = 9 }, seed: 1);
        using Peer receiver = await server.JoinAsync();
        using Peer other = await server.JoinAsync();
        using Peer sender = await server.JoinAsync(network.Url);
        await sender.SendAsync("whole\n");
        Assert.Equal("whole\n", await receiver.ReadAsync(6));
        await sender.SendAsync("half of it\n");
        Assert.Equal(SocketError.ConnectionReset, await sender.ReadToFailureAsync());
        await server.Process.ErrorLineAsync(" left");
        await other.SendAsync("next\n");
        Assert.Equal("next\n", await receiver.ReadAsync(5));
        Assert.True(receiver.IsSilent());
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_member_whose_network_goes_silent_does_not_hold_the_others_up(string transport)
    {
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1 << 17).Select(i => $"{i,63}\n")));
        using Server server = await Server.StartAsync("-t", transport, "--buffer", "1m", "--stall-timeout", "3s");
        using var network = new ChaosProxy(server.Urls[0], new Faults { SilentAfter = 1000 }, seed: 1);
        using Peer silent = await server.JoinAsync(network.Url);
        using Peer receiver = await server.JoinAsync();
        using Peer sender = await server.JoinAsync();
        Task<byte[]> hearing = receiver.ReadToEndAsync();
        for (int times = 0; times < 3; times++)
        {
            await sender.SendAsync(lines);
        }

        sender.Finish();
        Assert.Empty(await sender.ReadToEndAsync());
        await server.StopAsync();
        byte[] heard = await hearing;
        Assert.True(heard.AsSpan().SequenceEqual([.. lines, .. lines, .. lines]));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_receipt_survives_a_slow_close(string transport)
    {
        using Server server = await Server.StartAsync("-t", transport);
        using var network = new ChaosProxy(server.Urls[0], new Faults { FinDelay = TimeSpan.FromMilliseconds(700) }, seed: 1);
        using Peer receiver = await server.JoinAsync();
        using var sender = ToolProcess.Start("connect", network.Url);
        await sender.SendAsync("one\ntwo");
        sender.CloseInput();
        ToolResult sent = await sender.FinishAsync();
        Assert.Equal("", sent.Error);
        Assert.Equal(0, sent.ExitCode);
        Assert.Equal("one\ntwo\n", await receiver.ReadAsync(8));
    }

    private static string Lines(int name) =>
        string.Concat(Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name} {i} {new string('x', i % 40)}\n")));
}
