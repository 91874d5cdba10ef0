using System.Globalization;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>The one order of lines, also while peers join and leave.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task All_members_see_the_lines_of_several_writers_in_one_order_that_keeps_each_writers_order()
    {
        string[] writers = ["a", "b", "c", "d"];
        var sent = writers.ToDictionary(writer => writer, writer => Lines.Numbered(writer, 2000));
        await using Relay relay = await OpenAsync();
        using Peer first = await relay.JoinAsync(), second = await relay.JoinAsync();
        Peer[] peers = await JoinManyAsync(relay, writers.Length);
        Task<string>[] heard = [.. writers.Zip(peers, (writer, peer) => WriteAsync(peer, sent[writer], seed: writer[0]))];
        int length = sent.Values.Sum(lines => lines.Length);
        string order = await ReadTextAsync(first, length);
        await second.HearsAsync(order);
        Assert.All(writers, writer => Assert.Equal(sent[writer], Lines.Of(writer, order)));

        // A writer may be finished before the others have sent their last lines, so it has heard only a beginning of the lines.
        string[] heardByWriters = await Task.WhenAll(heard);
        Assert.All(writers.Zip(heardByWriters), pair => Assert.StartsWith(pair.Second, Lines.NotOf(pair.First, order), StringComparison.Ordinal));
        Array.ForEach(peers, peer => peer.Dispose());
    }

    [Fact]
    public async Task Peers_that_come_and_go_get_whole_lines_in_order_and_do_not_disturb_the_others()
    {
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        Task<int> listening = CountNumbersAsync(listener, int.MaxValue);
        var coming = Task.WhenAll(Enumerable.Range(0, 4).Select(guest => ComeAndGoAsync(relay, rounds: 25, guest)));
        int sent = 0;
        while (!coming.IsCompleted)
        {
            await speaker.SendAsync(string.Concat(Enumerable.Range(sent, 10).Select(i => $"{i}\n")));
            sent += 10;
            await Task.Yield();
        }

        await coming.Guard();
        await speaker.SendAsync("end\n");
        Assert.Equal(sent, await listening.Guard());
    }

    [Fact]
    public async Task A_thousand_peers_get_every_line()
    {
        string lines = Lines.Numbered("a", 50);
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync();
        Peer[] peers = await JoinManyAsync(relay, Descriptors.Affordable(1000));
        await speaker.SendAsync(lines);
        await Task.WhenAll(peers.Select(peer => peer.HearsAsync(lines)));
        await peers[^1].SendAsync("thank you\n");
        await Task.WhenAll(peers.SkipLast(1).Select(peer => peer.HearsAsync("thank you\n")));
        Array.ForEach(peers, peer => peer.Dispose());
        await SpeakUntilAloneAsync(relay, speaker);
    }

    private static async Task<Peer[]> JoinManyAsync(Relay relay, int count)
    {
        var peers = new Peer[count];
        for (int i = 0; i < count; i++)
        {
            peers[i] = await relay.JoinAsync();
        }

        return peers;
    }

    /// <summary>Sends lines in pieces and half-closes, while it reads to the end.</summary>
    private static async Task<string> WriteAsync(Peer peer, string lines, int seed)
    {
        Task<string> hearing = peer.ReadToFinAsync();
        await peer.SendInPiecesAsync(lines, new Random(seed));
        peer.HalfClose();
        return await hearing;
    }

    private static async Task<string> ReadTextAsync(Peer peer, int length)
    {
        using var text = new StringWriter();
        for (int read = 0; read < length;)
        {
            string line = await peer.ReadLineAsync();
            text.Write(line);
            read += line.Length;
        }

        return text.ToString();
    }

    /// <summary>Reads lines with numbers, and shows that the numbers have no gap.</summary>
    /// <returns>The next number.</returns>
    private static async Task<int> CountNumbersAsync(Peer peer, int count)
    {
        int? next = null;
        for (; count > 0; count--)
        {
            string line = await peer.ReadLineAsync();
            if (line == "end\n")
            {
                break;
            }

            int number = int.Parse(line, CultureInfo.InvariantCulture);
            Assert.Equal(next ?? number, number);
            next = number + 1;
        }

        return next ?? 0;
    }

    private static async Task ComeAndGoAsync(Relay relay, int rounds, int guest)
    {
        for (int round = 0; round < rounds; round++)
        {
            using Peer peer = await relay.ConnectAsync();
            await CountNumbersAsync(peer, 1 + round);
            switch ((round + guest) % 3)
            {
                case 0:
                    peer.Reset();
                    break;
                case 1:
                    peer.HalfClose();
                    break;
            }
        }
    }
}
