using Chatctl.Conformance.Venue;
using Chatctl.Core;

namespace Chatctl.Conformance;

/// <content>The window: who is held back, and who is cut off.</content>
public abstract partial class TransportConformance
{
    private static readonly RoomOptions SmallWindow = new() { MaxLineBytes = 4096, BufferBytes = 1 << 20 };

    [Fact]
    public async Task Senders_are_held_back_while_a_receiver_pauses_and_nothing_is_lost()
    {
        await using Relay relay = await OpenAsync(SmallWindow);
        using Peer sender = await relay.JoinAsync(), slow = await relay.JoinSlowAsync();
        Task sending = sender.SendBlocksAsync(Lines.ManyBlocks);
        await relay.StandsStillAsync(sending);
        Assert.False(sending.IsCompleted, "the sender is not held back, although the window must be full");
        await slow.HearsBlocksAsync(Lines.ManyBlocks);
        await sending.Guard();
        sender.HalfClose();
        await sender.ReadToFinAsync();
        await slow.SendAsync("thank you\n");
        Assert.Equal(Lines.ManyBlocks * Lines.BlockBytes / 1024 + 1, await SequenceAfterAsync(relay, Lines.ManyBlocks * (long)Lines.BlockBytes + 10));
    }

    [Fact]
    public async Task A_slow_receiver_gets_exactly_what_came_between_its_own_lines()
    {
        // Holes in what it is to get, with less between them than fits a room's scratch memory: so they are put together there.
        const int Pieces = 400;
        byte[][] pieces = [.. Enumerable.Range(0, Pieces).Select(i => Lines.Block(i)[..(Lines.BlockBytes / 2)])];
        await using Relay relay = await OpenAsync();
        using Peer slow = await relay.JoinSlowAsync(), speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        Task hearing = listener.ReadToEndAsync(Stream.Null);
        long sent = 0;
        foreach (byte[] piece in pieces)
        {
            await slow.SendAsync("mine\n");
            await speaker.SendAsync(piece);
            sent += "mine\n".Length + piece.Length;
            await relay.ReceivedAsync(sent);
        }

        for (int i = 0; i < Pieces; i++)
        {
            if (i == Pieces / 4)
            {
                // By now what the connection does not take was put together. It must not matter that others are sent something meanwhile.
                await relay.StandsStillAsync();
                await speaker.SendAsync("meanwhile\n");
                await relay.StandsStillAsync();
            }

            await slow.HearsAsync(pieces[i]);
        }

        await slow.HearsAsync("meanwhile\n");
        Assert.False(hearing.IsCompleted, "the listener was cut off");
    }

    [Fact]
    public async Task A_receiver_that_stalls_is_cut_off_and_the_others_get_everything()
    {
        await using Relay relay = await OpenAsync(SmallWindow);
        using Peer sender = await relay.JoinAsync(), stalled = await relay.JoinSlowAsync(), prompt = await relay.JoinAsync();
        Task hearing = prompt.HearsBlocksAsync(Lines.ManyBlocks);
        Task sending = sender.SendBlocksAsync(Lines.ManyBlocks);
        await relay.StandsStillAsync(sending);
        Assert.Equal(3, relay.Room.MemberCount);
        relay.LetStallTimeoutPass();
        await sending.Guard();
        await hearing.Guard();
        await relay.ThinnedOutAsync(2);
        string heard = await stalled.ReadToCutOffAsync();
        Assert.True(heard.Length < Lines.ManyBlocks * (long)Lines.BlockBytes);
    }

    [Fact]
    public async Task Nobody_is_cut_off_while_the_window_is_not_full()
    {
        await using Relay relay = await OpenAsync(SmallWindow);
        using Peer sender = await relay.JoinAsync(), slow = await relay.JoinSlowAsync();
        await sender.SendBlocksAsync(8);
        await relay.ReceivedAsync(8 * Lines.BlockBytes);
        relay.LetStallTimeoutPass();
        await slow.HearsBlocksAsync(8);
        await sender.SendAsync("still there?\n");
        await slow.HearsAsync("still there?\n");
    }

    [Fact]
    public async Task A_half_close_while_senders_are_held_back_is_honoured_when_they_are_released()
    {
        await using Relay relay = await OpenAsync(SmallWindow);
        using Peer sender = await relay.JoinAsync(), slow = await relay.JoinSlowAsync(), other = await relay.JoinAsync();
        Task<bool> ending = other.ReadToEndAsync(Stream.Null);
        Task sending = sender.SendBlocksAsync(Lines.ManyBlocks);
        await relay.StandsStillAsync(sending);
        await other.SendAsync("tail");
        other.HalfClose();
        Task slowly = slow.ReadToEndAsync(Stream.Null);
        Assert.True(await ending.Guard(), "cut off, instead of finished");
        await sending.Guard();
        await sender.HearsAsync("tail\n");
        slow.HalfClose();
        Assert.False(slowly.IsCompleted);
    }

    private static async Task<long> SequenceAfterAsync(Relay relay, long bytes)
    {
        await relay.ReceivedAsync(bytes);
        return relay.Room.Sequence;
    }
}
