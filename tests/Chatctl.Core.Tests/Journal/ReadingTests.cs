using System.Text;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Journal;

/// <summary>Where a reader begins.</summary>
public sealed class ReadingTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_reader_begins_behind_any_line_of_many_files()
    {
        Scribe scribe = WriteManyLines();
        foreach (long after in Enumerable.Range(0, 400).Select(i => scribe.LastSeq * i / 399).Concat([1, 2, scribe.LastSeq - 1]))
        {
            using JournalReader reader = scribe.Store.Read(after);
            Assert.Equal(after + 1, reader.NextSeq);
            string expected = scribe.Written.SkipWhile(one => one.Seq < after || (one.Seq == after && IsLine(one.Unit))).FirstOrDefault().Unit ?? "";
            JournalRead read = reader.Read(out ReadOnlyMemory<byte> units);
            Assert.Equal(expected.Length == 0 ? JournalRead.End : JournalRead.Units, read);
            Assert.StartsWith(expected, Encoding.UTF8.GetString(units.Span), StringComparison.Ordinal);
        }

        using JournalReader all = scribe.Store.Read(scribe.LastSeq / 3);
        Assert.Equal(scribe.Written.SkipWhile(one => one.Seq < scribe.LastSeq / 3 || (one.Seq == scribe.LastSeq / 3 && IsLine(one.Unit))).Units(), all.ToEnd());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_events_behind_a_line_come_too_though_their_batch_is_large(bool isBatchOfItsOwn)
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say(new string('x', 400_000));
        if (isBatchOfItsOwn)
        {
            scribe.Write();
        }

        scribe.Join("ann", 2).Write();
        scribe.Say(new string('x', 50_000)).Write();
        Assert.Equal(scribe.Written.Skip(1).Units(), scribe.Store.All(1));
        Assert.Equal(scribe.Written.Units(), scribe.Store.All(0));
        Assert.Empty(scribe.Store.All(2));
    }

    [Fact]
    public void A_reader_begins_with_the_first_line_of_a_time()
    {
        DateTimeOffset start = _folder.Clock.GetUtcNow();
        Scribe scribe = WriteManyLines();
        TimeSpan all = _folder.Clock.GetUtcNow() - start;
        for (int i = -1; i <= 200; i++)
        {
            DateTimeOffset from = start + (all * i / 199);
            string time = Encoding.ASCII.GetString(JournalLines.TimeText(from));
            string? expected = scribe.Written.FirstOrDefault(one => IsLine(one.Unit) && string.CompareOrdinal(Time(one.Unit), time) >= 0).Unit;
            using JournalReader reader = scribe.Store.Read(from);
            string read = "";
            while (reader.Read(out ReadOnlyMemory<byte> units) == JournalRead.Units && !read.Contains("{\"seq\"", StringComparison.Ordinal))
            {
                // Events behind the line before may come first.
                read += Encoding.UTF8.GetString(units.Span);
            }

            int line = read.IndexOf("{\"seq\"", StringComparison.Ordinal);
            Assert.Equal(expected, line < 0 ? null : read[line..(read.IndexOf('\n', line) + 1)]);
        }
    }

    [Fact]
    public void A_reader_of_a_time_to_come_begins_at_the_end()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("one").Write();
        using JournalReader reader = scribe.Store.Read(_folder.Clock.GetUtcNow() + TimeSpan.FromDays(1));
        Assert.Empty(reader.ToEnd());
        scribe.Say("two").Write();
        Assert.Equal(scribe.Written.Skip(1).Units(), reader.ToEnd());
    }

    [Fact]
    public void A_reader_that_begins_before_what_is_kept_begins_with_the_oldest()
    {
        Scribe scribe = WriteManyLines();
        scribe.Store.Retain();
        long oldest = scribe.Store.OldestSeq;
        Assert.True(oldest > 100);
        using JournalReader reader = scribe.Store.Read(50);
        Assert.Equal(oldest, reader.NextSeq);
        Assert.Equal(scribe.Written.Where(one => one.Seq >= oldest).Units().First(IsLine), reader.ToEnd().First(IsLine));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void A_damaged_commit_does_not_lead_a_reader_past_good_lines(int commits)
    {
        Scribe scribe = WriteManyLines();
        string path = Path.Combine(_folder.Path, _folder.Files[0]);
        byte[] bytes = File.ReadAllBytes(path);

        // What lies behind the middle looks as if it came before the lines that are asked for.
        int state = bytes.AsSpan().IndexOf("\n{\"commit\":"u8);
        state += bytes.AsSpan(state + 1).IndexOf((byte)'\n') + 2;
        int damaged = 0;
        for (int at = state + ((bytes.Length - state) / 2) - 1; damaged < commits && bytes.AsSpan(at).IndexOf("\n{\"commit\":"u8) is >= 0 and var found; at += found + 1)
        {
            bytes[at + found + "\n{\"commit\":".Length] = (byte)'0';
            damaged++;
        }

        File.WriteAllBytes(path, bytes);
        long next = long.Parse(_folder.Files[1][..20], null);
        List<string> read = scribe.Store.All(next / 4);
        Assert.Equal(scribe.Written.First(one => one.Seq == (next / 4) + 1).Unit, read.First(IsLine));
        string lost = Assert.Single(read, one => one.StartsWith("lost", StringComparison.Ordinal));
        Assert.Equal(commits > 1, lost.EndsWith($"-{next - 1}", StringComparison.Ordinal));
        Assert.Equal(commits > 1, damaged > 10);
    }

    /// <summary>Writes about 5 MB in batches of all sizes, so that there are a few files that are searched by halving.</summary>
    private Scribe WriteManyLines()
    {
        var random = new Random(7);
        _folder.Options = _folder.Options with { KeepBytes = 2 << 20 };
        Scribe scribe = _folder.OpenScribe();
        while (scribe.Written.Count < 10_000)
        {
            for (int units = random.Next(random.Next(10) == 0 ? 200 : 5); units >= 0; units--)
            {
                _folder.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(50)));
                _ = random.Next(10) == 0 ? scribe.Join("ann", 2) : scribe.Say(new string('x', random.Next(900)));
            }

            scribe.Write();
        }

        Assert.True(_folder.Files.Length > 3);
        return scribe;
    }

    private static bool IsLine(string unit) => unit.StartsWith("{\"seq", StringComparison.Ordinal);

    private static string Time(string unit) => unit.Substring(unit.IndexOf("\"time\":\"", StringComparison.Ordinal) + 8, 24);
}
