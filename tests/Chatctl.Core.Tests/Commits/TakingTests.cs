using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Chatctl.Core.Tests.Commits;

/// <summary>What a commit log takes of a log, in whatever order units are appended, taken and published.</summary>
public sealed class TakingTests
{
    [Fact]
    public void Every_unit_is_taken_once_with_its_sender()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var log = new RelayLog(64, new PlainUnits(Framing.Line), maySkip: false, new FakeTimeProvider(), waits: true);
            var seen = new GoneUnits(0);
            var expected = new StringBuilder();
            var got = new StringBuilder();
            long last = 0;
            long owner = 0;
            long lastOfOthers = 0;
            for (int step = 0; step < 60; step++)
            {
                for (int i = random.Next(12); i > 0; i--)
                {
                    // Short units fill the runs of a segment before its bytes.
                    string unit = new string('x', random.Next(16)) + "\n";
                    long sender = random.Next(1, 4);
                    log.Append(sender, Encoding.ASCII.GetBytes(unit), default, 1);
                    expected.Append(unit);
                    (owner, lastOfOthers) = sender == owner ? (owner, lastOfOthers) : (sender, last);
                    last++;
                }

                var pieces = new List<ReadOnlyMemory<byte>>();
                long end = log.End.Bytes;
                log.Take(pieces, seen);
                Assert.Equal((owner, last, lastOfOthers), (seen.Values.Owner, seen.Values.Last, seen.Values.LastOfOthers));
                for (int i = random.Next(3); i > 0; i--)
                {
                    // These come while the others are being written.
                    string unit = new string('y', random.Next(60)) + "\n";
                    log.Append(1, Encoding.ASCII.GetBytes(unit), default, 1);
                    expected.Append(unit);
                    (owner, lastOfOthers) = owner == 1 ? (owner, lastOfOthers) : (1, last);
                    last++;
                }

                pieces.ForEach(piece => got.Append(Encoding.ASCII.GetString(piece.Span)));
                Assert.Equal(end, got.Length);
                log.PublishTo(end);
                log.Trim();
                log.TrimTo(1);
            }

            Assert.StartsWith(got.ToString(), expected.ToString(), StringComparison.Ordinal);
        }
    }
}
