using System.Net.Sockets;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>How a server stops, and what its peers see.</content>
public abstract partial class TransportConformance
{
    // More than the kernel's buffers of a connection, and less than the window.
    private const int PendingBlocks = 200;

    [Fact]
    public async Task A_stop_ends_every_connection_with_a_FIN()
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
        await AssertNoListenerAsync(relay.Endpoint);
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
    public async Task A_stop_loses_nothing_of_what_a_peer_reads_only_afterwards()
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
    public async Task A_peer_that_resets_during_a_stop_does_not_delay_it()
    {
        await using Relay relay = await OpenAsync();
        using Peer spoken = await relay.JoinAsync(), slow = await relay.JoinSlowAsync();
        await spoken.SendAsync("here\n");
        await slow.HearsAsync("here\n");
        Task<bool> hearing = spoken.ReadToEndAsync(Stream.Null);
        await LeavePendingAsync(relay);

        // Without a token only the server's own patience counts.
        Task stopping = relay.StopAsync();
        await relay.StandsStillAsync();
        Assert.False(stopping.IsCompleted, "the server has stopped although a peer had not got everything");
        slow.Reset();
        await stopping.Guard();
        Assert.True(await hearing.Guard(), "cut off, instead of finished");
    }

    [Fact]
    public async Task A_stop_while_peers_send_delivers_whole_lines_in_order_and_cuts_off_the_senders()
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
    public async Task A_peer_whose_last_lines_came_too_late_is_cut_off()
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
    public async Task A_peer_whose_first_line_comes_during_a_stop_is_cut_off()
    {
        // On a busy machine the server's patience may end before the peer sends its line. Then the FIN answers nothing, so the fact tries again.
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

        Assert.Fail("the server finished a peer that had not sent anything, and did not give it time to send first");
    }

    [Fact]
    public async Task A_peer_whose_last_lines_are_handed_over_during_a_stop_is_cut_off()
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
    public async Task A_stop_cuts_off_a_peer_in_the_middle_of_a_line()
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
    public async Task When_the_patience_of_a_stop_ends_peers_that_have_not_got_everything_are_cut_off()
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
    public async Task A_stop_without_patience_cuts_off_peers_and_does_not_fail()
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
    public async Task A_peer_that_comes_while_the_room_drains_is_cut_off()
    {
        await using Relay relay = await OpenAsync();
        relay.Room.Drain();
        using Peer latecomer = await relay.ConnectAsync();
        Assert.Empty(await latecomer.ReadToCutOffAsync());
        await relay.ThinnedOutAsync(0);
    }

    /// <summary>Lets a peer send blocks and finish. A slow peer that joined before then has more pending than its connection takes.</summary>
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
            // The server has ended the connection before.
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

                // Sends that do not have to wait would never let other code run.
                await Task.Yield();
            }
        }

        await Assert.ThrowsAsync<SocketException>(SendAsync);
    }
}
