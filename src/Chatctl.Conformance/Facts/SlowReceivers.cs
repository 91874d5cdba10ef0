using System.Globalization;
using System.Text;
using Chatctl.Conformance.Venue;
using Chatctl.Core;

namespace Chatctl.Conformance;

/// <content>The window: which senders are held back, and which receivers are cut off.</content>
public abstract partial class TransportConformance
{
    private static readonly RoomOptions SmallWindow = new() { MaxLineBytes = 4096, BufferBytes = 1 << 20 };

    [Fact]
    public async Task Senders_are_held_back_while_a_receiver_pauses_and_no_line_is_lost()
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
        // The receiver's own lines are holes between the pieces. A piece is smaller than the scratch memory, so the room joins pieces there.
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
                // The connection is full, and the next bytes are in the scratch memory. Sending to other members now must not change them.
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
    public async Task No_member_is_cut_off_while_the_window_is_not_full()
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
    public async Task A_half_close_while_senders_are_held_back_takes_effect_when_they_go_on()
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

    [Fact]
    public async Task Members_that_flood_the_room_do_not_silence_another_member()
    {
        // What may come before a word: the window, the kernel's buffers of two connections, and one turn of each member.
        const long MostBefore = 96 << 20;
        await using Relay relay = await OpenAsync(SmallWindow);
        Peer[] before = [await relay.JoinAsync(), await relay.JoinAsync()];
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        Peer[] after = [await relay.JoinAsync(), await relay.JoinAsync()];
        Task[] flooding = [.. before.Concat(after).SelectMany(peer => new[] { Lines.FloodAsync(peer), peer.ReadToEndAsync(Stream.Null) })];
        _ = speaker.ReadToEndAsync(Stream.Null);
        for (int word = 0; word < 100; word++)
        {
            await speaker.SendAsync($"word {word}\n");
            long heard = 0;
            for (string line = ""; line != $"word {word}\n"; heard += line.Length)
            {
                line = await listener.ReadLineAsync();
                Assert.True(heard < MostBefore, $"word {word} is not among the {heard} bytes that were heard since it was said");
            }
        }

        Array.ForEach([.. before, .. after], peer => peer.Reset());
        await Task.WhenAll(flooding).Guard();
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    public async Task With_slow_skip_members_that_stall_get_the_exact_number_of_missed_lines_and_the_others_get_everything(int stalled, int prompt)
    {
        await using Relay relay = await OpenAsync(SmallWindow with { Slow = SlowPolicy.Skip });
        using Peer sender = await relay.JoinAsync();
        Peer[] slow = await Task.WhenAll(Enumerable.Range(0, stalled).Select(_ => relay.JoinSlowAsync()));
        Peer[] listeners = await Task.WhenAll(Enumerable.Range(0, prompt).Select(_ => relay.JoinAsync()));
        await relay.IsHeardInStepAsync(sender, listeners);
        foreach (Peer one in slow)
        {
            Assert.True(await SkippedAsync(one) > 0, "it was told of nothing, although the window cannot hold all");
            one.Dispose();
        }

        Assert.Equal(0, relay.Room.Evictions(EvictionReason.Stuck));
        Array.ForEach(listeners, one => one.Dispose());
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    public async Task With_slow_disconnect_members_that_stall_are_cut_off_and_the_others_get_everything(int stalled, int prompt)
    {
        await using Relay relay = await OpenAsync(SmallWindow with { Slow = SlowPolicy.Disconnect });
        using Peer sender = await relay.JoinAsync();
        Peer[] slow = await Task.WhenAll(Enumerable.Range(0, stalled).Select(_ => relay.JoinSlowAsync()));
        Peer[] listeners = await Task.WhenAll(Enumerable.Range(0, prompt).Select(_ => relay.JoinAsync()));
        await relay.IsHeardInStepAsync(sender, listeners);
        await relay.ThinnedOutAsync(1 + prompt);
        Assert.Equal(stalled, relay.Room.Evictions(EvictionReason.TooSlow));
        foreach (Peer one in slow)
        {
            await one.ReadToCutOffAsync();
            one.Dispose();
        }

        Array.ForEach(listeners, one => one.Dispose());
    }

    /// <summary>Reads blocks and skip notices, and shows that together they cover all lines.</summary>
    /// <returns>The number of missed lines.</returns>
    private static async Task<long> SkippedAsync(Peer peer)
    {
        const int LineBytes = 1024, LinesABlock = Lines.BlockBytes / LineBytes;
        long skipped = 0;
        int blockNumber = -1;
        byte[] block = [];
        for (int place = 0; place < Lines.FewBlocks * LinesABlock;)
        {
            string line = await peer.ReadLineAsync();
            if (line.Split(' ') is ["chatctl:", "skipped", var count, "lines,", var bytes, "bytes\n"])
            {
                int missed = int.Parse(count, CultureInfo.InvariantCulture);
                Assert.Equal($"{missed * LineBytes}", bytes);
                place += missed;
                skipped += missed;
                Assert.InRange(place, 1, Lines.FewBlocks * LinesABlock);
                continue;
            }

            if (place / LinesABlock != blockNumber)
            {
                blockNumber = place / LinesABlock;
                block = Lines.Block(blockNumber);
            }

            Assert.Equal(Encoding.Latin1.GetString(block, place % LinesABlock * LineBytes, LineBytes), line);
            place++;
        }

        return skipped;
    }

    private static async Task<long> SequenceAfterAsync(Relay relay, long bytes)
    {
        await relay.ReceivedAsync(bytes);
        return relay.Room.Sequence;
    }
}
