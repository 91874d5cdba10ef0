using Chatctl.Conformance.Venue;
using Chatctl.Core;

namespace Chatctl.Conformance;

/// <content>What a line is, and which members get it.</content>
public abstract partial class TransportConformance
{
    [Fact]
    public async Task A_line_reaches_everyone_else_and_not_its_sender()
    {
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync(), first = await relay.JoinAsync(), second = await relay.JoinAsync();
        await speaker.SendAsync("hello\n");
        await first.HearsAsync("hello\n");
        await second.HearsAsync("hello\n");
        await first.SendAsync("hello yourself\n");
        await speaker.HearsAsync("hello yourself\n");
        await second.HearsAsync("hello yourself\n");
        await second.SendAsync("good bye\n");
        await first.HearsAsync("good bye\n");
        await speaker.HearsAsync("good bye\n");
    }

    [Fact]
    public async Task With_echo_a_sender_gets_its_own_lines_in_their_place()
    {
        await using Relay relay = await OpenAsync(new RoomOptions { Echo = true });
        using Peer speaker = await relay.JoinAsync(), other = await relay.JoinAsync();
        await speaker.SendAsync("one\n");
        await speaker.HearsAsync("one\n");
        await other.HearsAsync("one\n");
        await other.SendAsync("two\n");
        await speaker.HearsAsync("two\n");
        await speaker.SendAsync("three\n");
        await speaker.HearsAsync("three\n");
        await other.HearsAsync("two\nthree\n");
    }

    [Fact]
    public async Task Nothing_is_sent_before_a_member_sends_a_line()
    {
        await using Relay relay = await OpenAsync();
        using Peer peer = await relay.JoinAsync(), other = await relay.JoinAsync();
        await peer.HearsNothingAsync();
    }

    [Fact]
    public async Task A_new_member_gets_the_lines_that_come_after_it_joined()
    {
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync(), early = await relay.JoinAsync();
        await speaker.SendAsync("before\nhalf ");
        await early.HearsAsync("before\n");
        using Peer late = await relay.JoinAsync();
        await speaker.SendAsync("a line\nafter\n");
        await late.HearsAsync("half a line\nafter\n");
        await early.HearsAsync("half a line\nafter\n");
    }

    [Fact]
    public async Task A_line_that_comes_in_two_pieces_is_relayed_whole()
    {
        const string Line = "cut me anywhere\n";
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        for (int cut = 1; cut < Line.Length; cut++)
        {
            long before = relay.Watch.Received;
            await speaker.SendAsync(Line[..cut]);
            await relay.ReceivedAsync(before + cut);
            await speaker.SendAsync(Line[cut..]);
            await listener.HearsAsync(Line);
        }
    }

    [Fact]
    public async Task Lines_of_two_writers_do_not_mix_when_their_bytes_alternate()
    {
        await using Relay relay = await OpenAsync();
        using Peer a = await relay.JoinAsync(), b = await relay.JoinAsync(), listener = await relay.JoinAsync();
        foreach (char letter in "line")
        {
            long before = relay.Watch.Received;
            await a.SendAsync($"{letter}");
            await b.SendAsync($"{char.ToUpperInvariant(letter)}");
            await relay.ReceivedAsync(before + 2);
        }

        await b.SendAsync("\n");
        await listener.HearsAsync("LINE\n");
        await a.SendAsync("\n");
        await listener.HearsAsync("line\n");
    }

    [Fact]
    public async Task Empty_lines_and_many_lines_at_once_are_lines()
    {
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await speaker.SendAsync("\n\na\n\r\n\nb\n");
        await listener.HearsAsync("\n\na\n\r\n\nb\n");
        Assert.Equal(6, relay.Room.Sequence);
    }

    [Fact]
    public async Task Bytes_of_every_value_pass_unchanged()
    {
        byte[] bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        bytes[^1] = (byte)'\n';
        await using Relay relay = await OpenAsync();
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        Task sending = speaker.SendAsync(bytes);
        await listener.HearsAsync(bytes);
        await sending.Guard();
    }

    [Fact]
    public async Task With_nul_framing_units_end_at_nul()
    {
        await using Relay relay = await OpenAsync(new RoomOptions { Framing = Framing.Nul });
        using Peer a = await relay.JoinAsync(), b = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await a.SendAsync("two\nlines\0half ");
        await listener.HearsAsync("two\nlines\0");
        await b.SendAsync("b\0");
        await listener.HearsAsync("b\0");
        await a.SendAsync("a unit\0");
        await listener.HearsAsync("half a unit\0");
    }

    [Fact]
    public async Task With_raw_framing_bytes_are_relayed_as_they_come()
    {
        await using Relay relay = await OpenAsync(new RoomOptions { Framing = Framing.Raw });
        using Peer a = await relay.JoinAsync(), b = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await a.SendAsync("half ");
        await listener.HearsAsync("half ");
        await b.SendAsync("B");
        await listener.HearsAsync("B");
        await a.SendAsync("a line");
        await listener.HearsAsync("a line");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task The_longest_line_is_relayed(int more)
    {
        const int Longest = 100_000;
        string line = new string('x', Longest + more - 1) + "\n";
        await using Relay relay = await OpenAsync(new RoomOptions { MaxLineBytes = Longest });
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync();
        await speaker.SendAsync(line + line);
        await listener.HearsAsync(line + line);
    }

    [Fact]
    public async Task A_member_that_sends_a_line_that_is_too_long_is_cut_off_and_no_part_of_it_is_relayed()
    {
        const int Longest = 1000;
        await using Relay relay = await OpenAsync(new RoomOptions { MaxLineBytes = Longest });
        using Peer speaker = await relay.JoinAsync(), listener = await relay.JoinAsync(), other = await relay.JoinAsync();
        await speaker.SendAsync("short\n" + new string('x', Longest) + "\nnever\n");
        await speaker.ReadToCutOffAsync();
        await relay.ThinnedOutAsync(2);
        await other.SendAsync("next\n");
        await listener.HearsAsync("short\nnext\n");
    }
}
