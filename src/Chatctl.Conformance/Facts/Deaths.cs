using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>
/// What a peer sees when the server's process dies: it was killed, crashed, or ran out of memory. Then no code of the transport runs, and the system closes
/// the connections. On a Unix socket this cannot be a reset. On systems other than Linux the kit cannot imitate it.
/// </content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task The_death_of_the_process_resets_a_peer_whose_lines_were_relayed()
    {
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await speaker.SendAsync("whole\nhalf");
        await relay.ReceivedAsync("whole\nhalf".Length);
        await listener.HearsAsync("whole\n");
        if (ShowsDeaths(relay))
        {
            relay.LoseServerOf(speaker);
            await speaker.ReadToCutOffAsync();
        }
    }

    [Fact]
    public async Task The_death_of_the_process_resets_a_peer_whose_first_lines_were_read_and_not_relayed_yet()
    {
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync();
        if (ShowsDeaths(relay))
        {
            relay.Watch.HoldInput();
            await speaker.SendAsync("hello\n");
            speaker.HalfClose();
            await Watchdog.UntilAsync(() => relay.Watch.Waiting > 0, "the server hands the line over");
            relay.LoseServerOf(speaker);
            relay.Watch.ReleaseInput();
            await speaker.ReadToCutOffAsync();
        }
    }

    [Fact]
    public async Task The_death_of_the_process_resets_a_peer_that_has_half_closed_and_waits_for_its_receipt()
    {
        await using Relay relay = await OpenAsync();
        using Peer laggard = await relay.JoinSlowAsync(), speaker = await relay.JoinAsync();
        await speaker.SendBlocksAsync(PendingBlocks);
        speaker.HalfClose();
        await Watchdog.UntilAsync(() => relay.Watch.InputsEnded == 1, "the half-close has been noticed");
        await speaker.HearsNothingAsync();
        if (ShowsDeaths(relay))
        {
            relay.LoseServerOf(speaker);
            await speaker.ReadToCutOffAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_death_of_the_process_gives_a_peer_that_never_sent_a_byte_its_pending_lines_and_a_FIN(bool halfCloses)
    {
        await using Relay relay = await OpenAsync();
        using Peer listener = await relay.JoinAsync(), speaker = await relay.JoinAsync(), witness = await relay.JoinAsync();
        if (halfCloses)
        {
            listener.HalfClose();
            await Watchdog.UntilAsync(() => relay.Watch.InputsEnded == 1, "the half-close has been noticed");
        }

        await speaker.SendBlocksAsync(1);
        speaker.HalfClose();
        await witness.HearsBlocksAsync(1);

        // The receipt says that the block was also sent to the listener.
        Assert.Empty(await speaker.ReadToFinAsync());
        if (ShowsDeaths(relay))
        {
            relay.LoseServerOf(listener);
            await listener.HearsBlocksAsync(1);
            Assert.Empty(await listener.ReadToDeathAsync());
        }
    }

    [Fact]
    public async Task A_receipt_comes_when_the_lines_were_sent_to_a_member_that_lagged()
    {
        await using Relay relay = await OpenAsync();
        using Peer laggard = await relay.JoinSlowAsync(), speaker = await relay.JoinAsync();
        await speaker.SendBlocksAsync(PendingBlocks);
        speaker.HalfClose();
        await Watchdog.UntilAsync(() => relay.Watch.InputsEnded == 1, "the half-close has been noticed");
        await speaker.HearsNothingAsync();
        await laggard.HearsBlocksAsync(PendingBlocks);
        Assert.Empty(await speaker.ReadToFinAsync());
    }

    private bool ShowsDeaths(Relay relay) => Death.CanBeShown && SeesResets(relay);
}
