using System.Text.RegularExpressions;
using Chatctl.Core.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatctl.Core.Tests.Commits;

/// <summary>What is left when the power fails, with <c>--sync always</c>.</summary>
public sealed partial class PowerCutTests : RoomWithJournal
{
    [Fact]
    public void Every_line_with_a_receipt_is_there_wherever_the_power_fails()
    {
        var random = new Random(1);
        Venue venue = Open(syncEvery: TimeSpan.Zero);
        Guest ann = Greet(venue, $"{{\"client\":\"{Ann}\"}}");
        long acked = 0;
        int lost = 0;
        for (int n = 1; n <= 1000; n++)
        {
            if (random.Next(4) == 0)
            {
                Disk.HoldSyncs();
            }

            ann.Say($"{{\"n\":{n},\"text\":\"line {n}\"}}\n");
            SpinWait.SpinUntil(() => false, TimeSpan.FromMicroseconds(random.Next(500)));
            foreach (Match ack in Ack().Matches(ann.Hear()))
            {
                acked = long.Parse(ack.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
            }

            string copy = Path.Combine(Folder, $"copy{n}");
            Disk.CopyAfterPowerCut(Folder, copy, random);
            Disk.LetSync();
            using var left = JournalStore.Open(new JournalOptions { Folder = copy }, () => "another", TimeProvider.System, NullLogger.Instance, new SlowDisk { Boot = "another boot" });
            long last = left.Recovered.LastSeq;
            Assert.InRange(last, acked, n);
            lost += last < n ? 1 : 0;
            Assert.True(last == 0 || left.Recovered.Sessions.Single().N == last);
            Directory.Delete(copy, recursive: true);
        }

        // If nothing was ever cut, this shows nothing.
        Assert.NotEqual(0, lost);
        Assert.NotEqual(0, acked);
    }

    [GeneratedRegex("\"ack\":([0-9]+),")]
    private static partial Regex Ack();
}
