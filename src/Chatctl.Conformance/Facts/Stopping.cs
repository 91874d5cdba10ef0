using System.Net.Sockets;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>The end of a server, and how its peers can tell whether it is a good one.</content>
public abstract partial class TransportConformance
{
    // More than the kernel keeps for a connection, and less than the window.
    private const int PendingBlocks = 200;

    [Fact]
    public async Task A_stop_finishes_everybody_with_a_FIN()
    {
        await using Relay relay = await OpenAsync();
        using Peer silent = await relay.JoinAsync(), speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        listener.HalfClose();
        await speaker.SendAsync("last\n");
        await relay.ReceivedAsync("last\n".Length);
        Task stopping = relay.StopAsync();
        Assert.Equal("last\n", await silent.ReadToFinAsync());
        Assert.Equal("last\n", await listener.ReadToFinAsync());
        Assert.Empty(await speaker.ReadToFinAsync());
        silent.Dispose();
        speaker.Dispose();
        listener.Dispose();
        await stopping;
        await AssertNobodyListensAsync(relay.Endpoint);
    }

    [Fact]
    public async Task A_stop_delivers_what_is_pending_first()
    {
        await using Relay relay = await OpenAsync();
        using Peer slow = await relay.JoinSlowAsync();
        await LeavePendingAsync(relay);
        Task stopping = relay.StopAsync();
        await Task.WhenAny(stopping, Task.Delay(Watchdog.LongMoment));
        Assert.False(stopping.IsCompleted, "the server has stopped although a peer had not got everything");
        await slow.HearsBlocksAsync(PendingBlocks);
        Assert.Empty(await slow.ReadToFinAsync());
        slow.Dispose();
        await stopping;
    }

    [Fact]
    public async Task A_stop_leaves_a_peer_that_has_spoken_everything_although_it_reads_only_after()
    {
        await using Relay relay = await OpenAsync();
        using Peer late = await relay.JoinAsync(), speaker = await relay.JoinAsync();
        await late.SendAsync("here\n");
        await speaker.HearsAsync("here\n");
        await speaker.SendBlocksAsync(1);
        speaker.HalfClose();
        Assert.Empty(await speaker.ReadToFinAsync());
        await relay.StopAsync();
        await late.HearsBlocksAsync(1);
        Assert.Empty(await late.ReadToFinAsync());
    }

    [Fact]
    public async Task A_peer_that_resets_during_a_stop_does_not_hold_it_up()
    {
        await using Relay relay = await OpenAsync();
        using Peer spoken = await relay.JoinAsync(), slow = await relay.JoinSlowAsync();
        await spoken.SendAsync("here\n");
        await slow.HearsAsync("here\n");
        Task<bool> hearing = spoken.ReadToEndAsync(Stream.Null);
        await LeavePendingAsync(relay);

        // Nobody's patience ends but the server's own.
        Task stopping = relay.StopAsync();
        await relay.StandsStillAsync();
        Assert.False(stopping.IsCompleted, "the server has stopped although a peer had not got everything");
        slow.Reset();
        await stopping.Guard();
        Assert.True(await hearing.Guard(), "cut off, instead of finished");
    }

    [Fact]
    public async Task A_stop_while_peers_send_delivers_whole_lines_in_order_and_cuts_the_senders_off()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync(), a = await relay.JoinAsync(), b = await relay.JoinAsync();
        Task<string> hearing = listener.ReadToFinAsync();
        var sending = Task.WhenAll(SendUntilCutOffAsync(a, "a"), SendUntilCutOffAsync(b, "b"));
        var draining = Task.WhenAll(a.ReadToEndAsync(Stream.Null), b.ReadToEndAsync(Stream.Null));
        await Watchdog.UntilAsync(() => relay.Room.Sequence > 1000, "the room is busy");
        await relay.StopAsync();
        string heard = await hearing;
        await sending.Guard();
        await draining.Guard();
        Assert.Equal(relay.Room.Sequence, heard.Count(c => c == '\n'));
        Assert.All(["a", "b"], writer =>
        {
            string lines = Lines.Of(writer, heard);
            Assert.Equal(Lines.Numbered(writer, lines.Count(c => c == '\n')), lines);
        });
    }

    [Fact]
    public async Task A_peer_whose_last_lines_came_too_late_is_cut_off_and_not_finished()
    {
        await using Relay relay = await OpenAsync();
        using Peer late = await relay.JoinSlowAsync();
        await LeavePendingAsync(relay);
        relay.Room.Drain();
        await late.SendAsync("too late\n");
        late.HalfClose();
        Task stopping = relay.StopAsync();
        await late.ReadToCutOffAsync();
        await stopping;
        Assert.Equal(PendingBlocks * Lines.BlockBytes / 1024, relay.Room.Sequence);
    }

    [Fact]
    public async Task A_peer_whose_first_line_comes_during_a_stop_is_cut_off_and_not_finished()
    {
        // A FIN that is there when the peer speaks answers nothing. On a busy machine the server's patience can be over before the peer speaks, so once is enough.
        for (int attempt = 0; attempt < 20; attempt++)
        {
            await using Relay relay = await OpenAsync();
            using Peer silent = await relay.JoinAsync();
            Task stopping = relay.StopAsync();
            await Task.Delay(Watchdog.Moment);
            bool isFinished = await SpeaksLateAndIsFinishedAsync(silent);
            await stopping;
            Assert.Equal(0, relay.Room.Sequence);
            if (!isFinished || !SeesResets(relay))
            {
                return;
            }
        }

        Assert.Fail("a peer that had not sent anything was finished, instead of being given a while to speak first");
    }

    [Fact]
    public async Task A_peer_whose_last_lines_were_being_handed_over_is_cut_off_and_not_finished()
    {
        await using Relay relay = await OpenAsync();
        using Peer late = await relay.JoinAsync();
        relay.Watch.HoldInput();
        await late.SendAsync("too late\n");
        await Watchdog.UntilAsync(() => relay.Watch.Waiting == 1, "the line has been read from the socket");
        Task stopping = relay.StopAsync();
        await Task.Delay(Watchdog.Moment);
        relay.Watch.ReleaseInput();
        await late.ReadToCutOffAsync();
        await stopping;
        Assert.Equal(0, relay.Room.Sequence);
    }

    [Fact]
    public async Task A_peer_in_the_middle_of_a_line_is_cut_off_and_not_finished_by_a_stop()
    {
        await using Relay relay = await OpenAsync();
        using Peer sender = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await sender.SendAsync("whole\nhalf a");
        await relay.ReceivedAsync("whole\nhalf a".Length);
        Task stopping = relay.StopAsync();
        await sender.ReadToCutOffAsync();
        Assert.Equal("whole\n", await listener.ReadToFinAsync());
        await stopping;
    }

    [Fact]
    public async Task When_the_patience_of_a_stop_ends_whoever_has_not_got_everything_is_cut_off()
    {
        await using Relay relay = await OpenAsync();
        using Peer stalled = await relay.JoinSlowAsync(), prompt = await relay.JoinAsync();
        Task<bool> hearing = prompt.ReadToEndAsync(Stream.Null);
        await LeavePendingAsync(relay);
        using var patience = new CancellationTokenSource();
        Task stopping = relay.StopAsync(patience.Token);
        Assert.True(await hearing.Guard(), "cut off, instead of finished");
        await relay.StandsStillAsync();
        Assert.False(stopping.IsCompleted, "the server has stopped although a peer had not got everything");
        await patience.CancelAsync();
        await stopping;
        string heard = await stalled.ReadToCutOffAsync();
        Assert.True(heard.Length < PendingBlocks * Lines.BlockBytes);
    }

    [Fact]
    public async Task A_stop_without_any_patience_cuts_off_and_does_not_fail()
    {
        await using Relay relay = await OpenAsync();
        using Peer stalled = await relay.JoinSlowAsync();
        await LeavePendingAsync(relay);
        await relay.StopAsync(new CancellationToken(canceled: true));
        await stalled.ReadToCutOffAsync();
    }

    [Fact]
    public async Task A_finished_peer_that_never_closes_does_not_keep_a_stop_beyond_its_patience()
    {
        await using Relay relay = await OpenAsync();
        using Peer lingering = await relay.JoinAsync();
        using var patience = new CancellationTokenSource();
        Task stopping = relay.StopAsync(patience.Token);
        Assert.Empty(await lingering.ReadToFinAsync());
        await patience.CancelAsync();
        await stopping;
    }

    [Fact]
    public async Task Whoever_comes_when_the_room_drains_is_cut_off()
    {
        await using Relay relay = await OpenAsync();
        relay.Room.Drain();
        using Peer latecomer = await relay.ConnectAsync();
        Assert.Empty(await latecomer.ReadToCutOffAsync());
        await relay.ThinnedOutAsync(0);
    }

    /// <summary>Has somebody speak and finish, and a slow peer that was there before is left with more than its connection takes.</summary>
    private static async Task LeavePendingAsync(Relay relay)
    {
        using Peer speaker = await relay.JoinAsync();
        await speaker.SendBlocksAsync(PendingBlocks);
        speaker.HalfClose();
        await relay.GivesReceiptAsync(speaker);
    }

    private static async Task<bool> SpeaksLateAndIsFinishedAsync(Peer peer)
    {
        try
        {
            await peer.SendAsync("too late\n");
            peer.HalfClose();
        }
        catch (SocketException)
        {
            // It was ended before.
        }

        return await peer.ReadToEndAsync(Stream.Null);
    }

    private static async Task SendUntilCutOffAsync(Peer peer, string writer)
    {
        async Task SendAsync()
        {
            for (int sent = 0; ; sent += 100)
            {
                await peer.SendAsync(Lines.Numbered(writer, 100, first: sent));

                // A send that need not wait would go on for ever without anybody else's turn coming.
                await Task.Yield();
            }
        }

        await Assert.ThrowsAsync<SocketException>(SendAsync);
    }
}
