using System.Text.Json;
using Chatctl.Conformance.Venue;

namespace Chatctl.Conformance;

/// <content>Sessions that lose their connection, and sessions that do not read what is said to them alone.</content>
public abstract partial class TransportConformance
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_session_that_resumes_after_resets_loses_no_line_and_doubles_none(int seed)
    {
        const int Rounds = 40, Some = 50, Most = 25;
        var random = new Random(seed);
        await using Relay relay = await OpenAsync();
        using Peer plain = await relay.JoinAsync(), speaker = await relay.JoinAsync();
        using SessionClient ann = new(relay, "ann"), bob = await SessionClient.JoinAsync(relay, "bob");
        (string fromAnn, string fromSpeaker) = (SessionClient.Said("ann", Rounds * Some), Lines.Numbered("plain", Rounds * Some));
        Task hearing = bob.HearAsync(2 * Rounds * Some);
        Task<string> order = ReadTextAsync(plain, fromAnn.Length + fromSpeaker.Length);
        Task ignoring = speaker.HearsAsync(fromAnn);
        int heard = 0;
        for (int round = 0; round < Rounds; round++)
        {
            await ann.ConnectAsync();
            string lines = ann.Say(Some);
            Task speaking = speaker.SendAsync(Lines.Numbered("plain", Some, first: round * Some));

            // The last line may be cut anywhere. The reset comes while lines are on their way in both directions.
            await ann.Peer.SendInPiecesAsync(lines[..random.Next(lines.Length)], random);
            heard += random.Next(Most);
            await ann.HearAsync(heard);
            ann.Peer.Reset();
            await speaking;
        }

        await ann.ConnectAsync();
        await Task.WhenAll(hearing, order, ignoring).Guard();
        ann.Peer.HalfClose();
        await ann.HearToFinAsync();
        Assert.Equal(Rounds * Some, ann.Acknowledged);
        Assert.Equal(fromSpeaker, ann.Heard);
        Assert.Equal(await order, bob.Heard);
        Assert.Equal(fromAnn, Lines.Of("ann", bob.Heard));
        Assert.Equal(fromSpeaker, Lines.Of("plain", bob.Heard));
    }

    [Fact]
    public async Task A_second_connection_of_a_session_takes_the_place_of_the_first()
    {
        await using Relay relay = await OpenAsync();
        using Peer plain = await relay.JoinAsync();
        using SessionClient ann = await SessionClient.JoinAsync(relay, "ann");
        using Peer first = ann.Peer;
        await plain.SendAsync("one\n");
        await ann.HearAsync(1);
        await ann.ConnectAsync();
        await relay.ThinnedOutAsync(2);
        if (SeesResets(relay))
        {
            await first.ReadToCutOffAsync();
        }

        await plain.SendAsync("two\n");
        await ann.HearAsync(2);
        await ann.Peer.SendAsync(ann.Say(1));
        await plain.HearsAsync("ann 1\n");
    }

    [Fact]
    public async Task Answers_that_a_peer_does_not_read_hold_it_back_and_arrive_whole_and_in_order()
    {
        // An answer is about as long as what asks for it. All of them are much more than a connection and the room take without the peer.
        const int Names = 400_000, Sentences = 2000;
        static string Name(int i) => $"name-{i:D27}";
        await using Relay relay = await OpenAsync();
        using Peer talker = await relay.JoinAsync(), listener = await relay.JoinAsync(), slow = await relay.JoinSlowAsync();
        await SessionClient.OpenAsync(slow, "ann");
        long before = relay.Watch.Received;
        long sent = 0;
        async Task AskAsync()
        {
            for (int i = 0; i < Names; i += 1000)
            {
                string asked = string.Concat(Enumerable.Range(i, 1000).Select(n => $"{{\"name\":\"{Name(n)}\",\"x\":0}}\n")) + "{\"who\":true}\n";
                sent += asked.Length;
                await slow.SendAsync(asked);
            }
        }

        Task asking = AskAsync();
        await relay.StandsStillAsync();
        long read = relay.Watch.Received - before;
        string talk = Lines.Numbered("talker", Sentences);
        await talker.SendAsync(talk);
        await listener.HearsAsync(talk);

        int names = 0, whos = 0, sentences = 0;
        while (names < Names || sentences < Sentences || whos == 0)
        {
            string line = await slow.ReadLineAsync();
            if (line.StartsWith("{\"name\":", StringComparison.Ordinal))
            {
                Assert.Equal($"{{\"name\":\"{Name(names++)}\"}}\n", line);
            }
            else if (line.StartsWith("{\"who\":", StringComparison.Ordinal))
            {
                whos++;
                var who = JsonElement.Parse(line);
                Assert.Equal(1, who.GetProperty("who").GetArrayLength());
                Assert.Equal(2, who.GetProperty("plain").GetInt32());
            }
            else
            {
                Assert.Equal($"talker {sentences} {new string('.', sentences++ % 60)}", JsonElement.Parse(line).GetProperty("text").GetString());
            }
        }

        await asking.Guard();
        Assert.True(read < sent / 2, $"the room took {read} of {sent} bytes although nobody read the answers");
        Assert.InRange(whos, 1, Names / 1000);
    }
}
