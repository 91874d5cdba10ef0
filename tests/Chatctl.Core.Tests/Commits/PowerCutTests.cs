using System.Globalization;
using System.Text.RegularExpressions;
using Chatctl.Core.Journal;
using Chatctl.Core.Tests.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests.Commits;

/// <summary>What is left when the power fails, with <c>--sync always</c>.</summary>
public sealed partial class PowerCutTests : RoomWithJournal
{
    private const int Writers = 8, Cuts = 1000;

    [Fact]
    public void Every_line_with_a_receipt_is_there_wherever_the_power_fails()
    {
        var random = new Random(1);
        Venue venue = Open(syncEvery: TimeSpan.Zero);
        Guest[] writers = [.. Enumerable.Range(0, Writers).Select(i => Greet(venue, $$"""{"client":"{{Ann}}{{i}}","name":"w{{i}}"}"""))];
        int[] said = new int[Writers];
        int[] acked = new int[Writers];
        var receipts = new HashSet<int>();
        (Guest Guest, int Line)? plain = null;
        int plainSaid = 0;
        int lost = 0;
        for (int cut = 1; cut <= Cuts; cut++)
        {
            if (random.Next(4) == 0)
            {
                Disk.HoldSyncs();
            }

            for (int i = 0; i < Writers; i++)
            {
                for (int lines = random.Next(3); lines > 0; lines--)
                {
                    said[i]++;
                    writers[i].Say($"{{\"n\":{said[i]},\"text\":\"w{i} {said[i]}\"}}\n");
                }
            }

            if (plain is null)
            {
                plain = (venue.Join(), ++plainSaid);
                plain.Value.Guest.Say($"plain {plainSaid}\n");
                plain.Value.Guest.Member.EndOfInput();
            }

            SpinWait.SpinUntil(() => false, TimeSpan.FromMicroseconds(random.Next(500)));
            for (int i = 0; i < Writers; i++)
            {
                foreach (Match ack in Ack().Matches(writers[i].Hear()))
                {
                    acked[i] = int.Parse(ack.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                }
            }

            plain.Value.Guest.Hear(out Outbound end);
            if (end == Outbound.Finish)
            {
                receipts.Add(plain.Value.Line);
                plain.Value.Guest.Member.Leave();
                plain = null;
            }

            string copy = Path.Combine(Folder, $"copy{cut}");
            Disk.CopyAfterPowerCut(Folder, copy, random);
            Disk.LetSync();
            Dictionary<string, int> left = Recover(copy, said);
            for (int i = 0; i < Writers; i++)
            {
                Assert.InRange(left.GetValueOrDefault($"w{i}"), acked[i], said[i]);
                lost += said[i] - left.GetValueOrDefault($"w{i}");
            }

            // The plain members come one after the other. So the lines of all of them that have a receipt come before the one that has none yet.
            Assert.InRange(left.GetValueOrDefault("plain"), receipts.Count, plainSaid);
        }

        // If nothing was ever cut, or nothing acknowledged, this shows nothing.
        Assert.NotEqual(0, lost);
        Assert.All(acked, n => Assert.NotEqual(0, n));
        Assert.NotEmpty(receipts);
    }

    /// <summary>Opens what is left, as after a restart of the machine.</summary>
    /// <returns>How many lines of each sender are there. They are its first ones, each once and in order.</returns>
    private static Dictionary<string, int> Recover(string folder, int[] said)
    {
        var disk = new TestDisk { Boot = "another start" };
        using var store = JournalStore.Open(new JournalOptions { Folder = folder }, () => "another", TimeProvider.System, NullLogger.Instance, disk);
        var lines = new Dictionary<string, int>();
        using (JournalReader reader = store.Read(0))
        {
            foreach (string unit in reader.ToEnd())
            {
                if (Text().Match(unit) is { Success: true } text)
                {
                    string sender = text.Groups[1].Value;
                    int n = int.Parse(text.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
                    Assert.Equal(lines.GetValueOrDefault(sender) + 1, n);
                    lines[sender] = n;
                }
            }
        }

        // What a session is known to have said is what is there of it.
        foreach (SessionRecord session in store.Recovered.Sessions)
        {
            Assert.Equal(lines.GetValueOrDefault(session.Name), session.N);
        }

        Assert.Equal(lines.Values.Sum(), store.Recovered.LastSeq);
        Assert.InRange(store.Recovered.Sessions.Count, lines.Keys.Count(name => name != "plain"), said.Length);
        return lines;
    }

    [GeneratedRegex("\"ack\":([0-9]+),")]
    private static partial Regex Ack();

    [GeneratedRegex("\"text\":\"(w[0-9]|plain) ([0-9]+)\"")]
    private static partial Regex Text();
}
