using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>How a peer ends its connection, and what the others see.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task A_peer_that_has_sent_something_and_half_closes_gets_what_is_pending_and_a_FIN()
    {
        await using Relay relay = await OpenAsync();
        using Peer leaving = await relay.JoinAsync(), other = await relay.JoinAsync();
        await other.SendAsync("before\n");
        await relay.ReceivedAsync("before\n".Length);
        await leaving.SendAsync("last words\n");
        leaving.HalfClose();
        Assert.Equal("before\n", await leaving.ReadToFinAsync());
        leaving.Dispose();
        await other.HearsAsync("last words\n");
        await relay.ThinnedOutAsync(1);
    }

    [Fact]
    public async Task The_FIN_is_the_receipt_that_everything_was_ordered()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync();
        for (int round = 1; round <= 10; round++)
        {
            string lines = Lines.Numbered($"{round}", 500);
            using Peer sender = await relay.JoinAsync();
            await sender.SendInPiecesAsync(lines, new Random(round));
            sender.HalfClose();
            await sender.ReadToFinAsync();
            Assert.Equal(500 * round, relay.Room.Sequence);
            await listener.HearsAsync(lines);
        }
    }

    [Fact]
    public async Task An_unterminated_last_line_is_relayed_with_a_terminator()
    {
        await using Relay relay = await OpenAsync();
        using Peer sender = await relay.JoinAsync(), listener = await relay.JoinAsync(), other = await relay.JoinAsync();
        await sender.SendAsync("a\nb");
        sender.HalfClose();
        await listener.HearsAsync("a\nb\n");
        await sender.ReadToFinAsync();
        await other.SendAsync("c\n");
        await listener.HearsAsync("c\n");
    }

    [Fact]
    public async Task A_peer_that_half_closes_without_a_byte_stays_and_listens()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync(), speaker = await relay.JoinAsync();
        listener.HalfClose();
        await Watchdog.UntilAsync(() => relay.Watch.InputsEnded == 1, "the half-close has been noticed");
        await listener.HearsNothingAsync();
        await speaker.SendAsync("still there?\n");
        await listener.HearsAsync("still there?\n");
        await speaker.SendAsync("fine\n");
        await listener.HearsAsync("fine\n");
    }

    [Fact]
    public async Task A_listener_that_goes_away_leaves_the_room()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync(), speaker = await relay.JoinAsync();
        listener.HalfClose();
        await Watchdog.UntilAsync(() => relay.Watch.InputsEnded == 1, "the half-close has been noticed");
        listener.Dispose();
        await SpeakUntilAloneAsync(relay, speaker);
    }

    [Fact]
    public async Task A_listener_whose_connection_fails_leaves_even_if_nothing_is_sent_to_it()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync(), other = await relay.JoinAsync();
        listener.HalfClose();
        other.HalfClose();
        await Watchdog.UntilAsync(() => relay.Watch.InputsEnded == 2, "the half-closes have been noticed");
        listener.Reset();
        await relay.ThinnedOutAsync(1);
        await other.HearsNothingAsync();
        Assert.Equal(1, relay.Room.MemberCount);
    }

    [Fact]
    public async Task A_refused_peer_is_cut_off_at_once_and_does_not_disturb_the_others()
    {
        await using Relay relay = OpenRoom(admission: new Places(2));
        await relay.ServeAsync(Home(relay));
        using Peer leaving = await relay.JoinAsync(), listener = await relay.JoinAsync();
        for (int i = 0; i < 100; i++)
        {
            using Peer surplus = await relay.ConnectAsync();
            Assert.Empty(await surplus.ReadToCutOffAsync());
        }

        await leaving.SendAsync("make room\n");
        leaving.HalfClose();
        await leaving.ReadToFinAsync();
        await listener.HearsAsync("make room\n");
        await relay.ThinnedOutAsync(1);
        using Peer next = await relay.JoinAsync();
        await next.SendAsync("thanks\n");
        await listener.HearsAsync("thanks\n");
    }

    [Fact]
    public async Task A_peer_that_closes_at_once_after_its_lines_has_them_relayed()
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync();
        for (int i = 0; i < 100; i++)
        {
            using Peer hasty = await relay.ConnectAsync();
            await hasty.SendAsync($"{i}\n");
            hasty.Dispose();
            await listener.HearsAsync($"{i}\n");
        }

        await relay.ThinnedOutAsync(1);
    }

    [Fact]
    public async Task Peers_that_connect_and_reset_at_once_do_not_disturb_the_others()
    {
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync();
        for (int i = 0; i < 100; i++)
        {
            using Peer fleeting = await relay.ConnectAsync();
            fleeting.Reset();
        }

        using Peer listener = await relay.JoinAsync();
        await speaker.SendAsync("hello\n");
        await listener.HearsAsync("hello\n");
    }

    [Fact]
    public async Task A_line_that_a_reset_interrupts_is_not_relayed_and_the_others_go_on()
    {
        await using Relay relay = await OpenAsync();
        using Peer broken = await relay.JoinAsync(), listener = await relay.JoinAsync(), other = await relay.JoinAsync();
        await broken.SendAsync("whole\nhalf a");
        await relay.ReceivedAsync("whole\nhalf a".Length);
        broken.Reset();
        await relay.ThinnedOutAsync(2);
        await other.SendAsync("next\n");
        string heard = await listener.ReadLineAsync() + await listener.ReadLineAsync();

        // Without resets the line ended with a FIN, so it is complete.
        Assert.Equal(SeesResets(relay) ? "whole\nnext\n" : "whole\nhalf a\n", heard);
    }

    [Fact]
    public async Task A_finished_peer_that_does_not_close_does_not_disturb_the_others()
    {
        await using Relay relay = await OpenAsync();
        using Peer lingering = await relay.JoinAsync(), speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await lingering.SendAsync("done\n");
        lingering.HalfClose();
        await lingering.ReadToFinAsync();
        await listener.HearsAsync("done\n");
        Task listening = listener.HearsBlocksAsync(400);
        await speaker.HearsAsync("done\n");
        await speaker.SendBlocksAsync(400);
        await listening.Guard();
    }

    [Fact]
    public async Task A_slow_peer_that_half_closes_gets_all_that_is_pending_before_the_FIN()
    {
        const int Blocks = 200;
        await using Relay relay = await OpenAsync();
        using Peer leaving = await relay.JoinSlowAsync(), speaker = await relay.JoinAsync();
        await speaker.SendBlocksAsync(Blocks);
        await relay.ReceivedAsync(Blocks * Lines.BlockBytes);
        await leaving.SendAsync("last words\n");
        leaving.HalfClose();
        await speaker.HearsAsync("last words\n");
        await Watchdog.UntilAsync(() => relay.Watch.InputsEnded == 1, "the half-close has been noticed");
        await speaker.SendAsync("too late\n");
        await leaving.HearsBlocksAsync(Blocks);
        Assert.Empty(await leaving.ReadToFinAsync());
    }

    /// <summary>Sends lines until no other member is left. Without lines the server may notice only late that a peer which closed with a FIN has gone.</summary>
    private static async Task SpeakUntilAloneAsync(Relay relay, Peer speaker)
    {
        using var patience = new CancellationTokenSource(Watchdog.Patience);
        while (relay.Room.MemberCount > 1)
        {
            Assert.False(patience.IsCancellationRequested, $"{relay.Room.MemberCount - 1} peers have gone, and are members still");
            await speaker.SendAsync("anybody there?\n");
            await Task.Delay(1);
        }
    }

    private bool SeesResets(Relay relay) => Has(TransportCapabilities.Resets) && relay.Endpoint is System.Net.IPEndPoint;
}
