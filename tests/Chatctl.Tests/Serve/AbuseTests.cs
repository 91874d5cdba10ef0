using System.Net.Sockets;

namespace Chatctl.Tests.Serve;

/// <summary>Many bad clients do not harm a few good ones.</summary>
public sealed class AbuseTests
{
    private const int Talkers = 10;
    private const int LinesEach = 100;

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task A_thousand_clients_that_never_end_their_lines_do_not_keep_others_from_talking(string transport)
    {
        using Server server = await Server.StartAsync("-t", transport);
        Peer[] talkers = await JoinAsync(server, Talkers, others: 0);
        Peer[] slow = await JoinAsync(server, 1000, others: Talkers);
        Task talk = TalkAsync(talkers);
        for (int i = 0; i < 3; i++)
        {
            foreach (Peer peer in slow)
            {
                await peer.SendAsync("x");
            }
        }

        await talk;
        Array.ForEach(slow, peer => peer.Reset());
        await server.Process.ErrorLineAsync(" left", slow.Length);
        await TalkAsync(talkers);
        Array.ForEach(talkers, peer => peer.Dispose());
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task Long_beginnings_of_lines_take_no_more_than_their_limit_and_talkers_and_typists_stay(string transport)
    {
        // Of the buffers of 64 KiB, 15 fit beside a short one.
        const int Endless = 64, CutOff = Endless - 15;
        using Server server = await Server.StartAsync("-t", transport, "--max-unfinished", "1m");
        Peer[] talkers = await JoinAsync(server, Talkers, others: 0);
        await talkers[0].SendAsync("this is typed sl");
        Peer[] endless = await JoinAsync(server, Endless, others: Talkers);
        await Task.WhenAll(endless.Select(BeginAsync));
        await server.Process.ErrorLineAsync("of the large ones its own was the oldest", CutOff);
        server.Process.Signal("USR1");
        string figures = await server.Process.ErrorLineAsync("joins");
        Assert.Contains($" evictions {CutOff} (unfinished {CutOff}), ", figures, StringComparison.Ordinal);
        Assert.Contains($" unfinished {(15 * 65536) + 16} B, ", figures, StringComparison.Ordinal);
        await talkers[0].SendAsync("owly\n");
        foreach (Peer talker in talkers[1..])
        {
            Assert.Equal("this is typed slowly\n", await talker.ReadAsync(21));
        }

        await TalkAsync(talkers);
        Array.ForEach(endless, peer => peer.Reset());
        Array.ForEach(talkers, peer => peer.Dispose());

        static async Task BeginAsync(Peer peer)
        {
            try
            {
                await peer.SendAsync(new string('x', 65535));
            }
            catch (SocketException)
            {
                // It was disconnected before it had sent all.
            }
        }
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task A_line_that_a_reset_breaks_off_is_not_relayed_while_others_talk(string transport)
    {
        using Server server = await Server.StartAsync("-t", transport);
        Peer[] talkers = await JoinAsync(server, Talkers, others: 0);
        for (int round = 1; round <= 5; round++)
        {
            Peer[] broken = await JoinAsync(server, 200, others: Talkers + ((round - 1) * 200));
            await Task.WhenAll(broken.Select(peer => peer.SendAsync("begun")));
            Task talk = TalkAsync(talkers);
            await Task.Delay(5);
            Array.ForEach(broken, peer => peer.Reset());
            await talk;
            await server.Process.ErrorLineAsync(" left", round * 200);
        }

        await TalkAsync(talkers);
        Array.ForEach(talkers, peer => peer.Dispose());
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task The_last_lines_of_a_client_that_has_read_nothing_are_relayed_even_if_a_reset_follows(string transport)
    {
        string much = string.Concat(Enumerable.Repeat(new string('x', 1023) + "\n", 8 << 10));
        using Server server = await Server.StartAsync("-t", transport);
        using Peer speaker = await server.JoinAsync(), listener = await server.JoinAsync();
        for (int i = 0; i < 5; i++)
        {
            using Peer deaf = await Peer.ConnectAsync(server.Urls[0], receiveBuffer: 8 << 10);
            await server.Process.ErrorLineAsync(" joined");
            Task sending = speaker.SendAsync(much);
            Assert.Equal(much.Length, (await listener.ReadAsync(much.Length)).Length);
            await sending;
            await deaf.SendAsync("bye");
            deaf.Finish();

            // With so much unread, a close is a reset.
            deaf.Dispose();
            Assert.Equal("bye\n", await listener.ReadAsync(4));
            Assert.Equal("bye\n", await speaker.ReadAsync(4));
        }
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task Thousands_of_clients_that_connect_and_reset_do_not_keep_others_from_talking(string transport)
    {
        using Server server = await Server.StartAsync("-t", transport);
        Peer[] talkers = await JoinAsync(server, Talkers, others: 0);
        Task talk = TalkAsync(talkers);
        for (int i = 0; i < 2000; i++)
        {
            Peer fleeting = await Peer.ConnectAsync(server.Urls[0]);
            fleeting.Reset();
        }

        await talk;
        await TalkAsync(talkers);
        ToolResult result = await server.StopAsync();
        Assert.DoesNotContain("warning", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
        Array.ForEach(talkers, peer => peer.Dispose());
    }

    [Theory]
    [InlineData("select")]
    [InlineData("async")]
    [InlineData("saea")]
    public async Task Half_of_a_large_room_can_leave_at_once(string transport)
    {
        const int Members = 2000;
        using Server server = await Server.StartAsync("-t", transport);
        Peer[] members = await JoinAsync(server, Members, others: 0);
        foreach (Peer peer in members[(Members / 2)..])
        {
            peer.Reset();
        }

        await server.Process.ErrorLineAsync(" left", Members / 2);
        await members[0].SendAsync("still here\n");
        foreach (Peer peer in members[1..(Members / 2)])
        {
            Assert.Equal("still here\n", await peer.ReadAsync(11));
        }

        Array.ForEach(members, peer => peer.Dispose());
    }

    private static async Task<Peer[]> JoinAsync(Server server, int count, int others)
    {
        var peers = new Peer[count];
        for (int i = 0; i < count; i++)
        {
            peers[i] = await Peer.ConnectAsync(server.Urls[0]);
        }

        await server.Process.ErrorLineAsync(" joined", others + count);
        return peers;
    }

    /// <summary>Makes every member say something, and shows that every member hears all of it and nothing else.</summary>
    private static async Task TalkAsync(Peer[] talkers)
    {
        static string Lines(int talker) => string.Concat(Enumerable.Range(0, LinesEach).Select(i => $"{talker:D2} {i:D4}\n"));

        async Task SpeakAsync(int talker)
        {
            foreach (string line in Lines(talker).Split('\n')[..^1])
            {
                await talkers[talker].SendAsync($"{line}\n");
                await Task.Yield();
            }
        }

        async Task HearAsync(int talker)
        {
            string[] heard = (await talkers[talker].ReadAsync((talkers.Length - 1) * Lines(0).Length)).Split('\n')[..^1];
            foreach (int other in Enumerable.Range(0, talkers.Length).Where(other => other != talker))
            {
                string name = $"{other:D2} ";
                Assert.Equal(Lines(other), string.Concat(heard.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => $"{line}\n")));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, talkers.Length).SelectMany(talker => new[] { SpeakAsync(talker), HearAsync(talker) }));
    }
}
