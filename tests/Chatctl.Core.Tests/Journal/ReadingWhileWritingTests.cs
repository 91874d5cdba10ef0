using System.Text;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Journal;

/// <summary>What readers see of what is written at the same time.</summary>
public sealed class ReadingWhileWritingTests : IDisposable
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(2);

    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Readers_beside_the_writer_see_everything_once_and_in_order()
    {
        const int Batches = 3000;
        _folder.Options = _folder.Options with { KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        using var over = new CancellationTokenSource(Watchdog);
        using var done = new ManualResetEventSlim();
        var writer = Task.Run(() =>
        {
            var random = new Random(1);
            for (int i = 0; i < Batches; i++)
            {
                for (int lines = random.Next(3); lines >= 0; lines--)
                {
                    scribe.Say(new string((char)('a' + (i % 26)), random.Next(4000)));
                }

                if (i % 7 == 0)
                {
                    scribe.Join("ann", 2).Change(new SessionRecord(2, "c", null, "ann", i, scribe.LastSeq));
                }

                scribe.Write();
            }

            done.Set();
        });
        var syncer = Task.Run(() =>
        {
            while (!done.IsSet)
            {
                scribe.Store.Sync();
                Assert.True(scribe.Store.SyncedSeq <= scribe.Store.LastSeq);
            }
        });
        Task<string>[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadUntil(scribe.Store, done, over.Token)))];
        await Task.WhenAll([writer, syncer, .. readers]);
        string all = string.Concat(scribe.Written.Units());
        Assert.All(readers, reader => Assert.True(all == reader.Result));
        Assert.True(_folder.Files.Length > 5);
        Assert.Empty(_folder.Log);
    }

    [Fact]
    public async Task A_reader_beside_a_writer_that_keeps_little_gets_each_line_or_hears_that_it_is_lost()
    {
        _folder.Options = _folder.Options with { KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        using var over = new CancellationTokenSource(Watchdog);
        using var done = new ManualResetEventSlim();

        // It is opened before anything can be deleted. So it begins with the first line, however late it reads.
        using JournalReader opened = scribe.Store.Read(0);
        var reader = Task.Run(() => CountUntil(opened, done, over.Token));
        for (int i = 0; i < 200; i++)
        {
            scribe.Say(new string('x', 200_000)).Write();
            scribe.Store.Retain();
        }

        done.Set();
        Assert.Equal(200, await reader);
    }

    private static long CountUntil(JournalReader reader, ManualResetEventSlim done, CancellationToken over)
    {
        long next = 1;
        while (true)
        {
            over.ThrowIfCancellationRequested();
            bool isLast = done.IsSet;
            switch (reader.Read(out ReadOnlyMemory<byte> units))
            {
                case JournalRead.Units:
                    Assert.Equal(next, Core.Sessions.SessionUnit.Seq(units.Span));
                    next++;
                    break;
                case JournalRead.Lost:
                    Assert.Equal(next, reader.LostFirst);
                    next = reader.LostLast + 1;
                    break;
                default:
                    if (isLast)
                    {
                        return next - 1;
                    }

                    break;
            }

            Assert.Equal(next, reader.NextSeq);
        }
    }

    private static string ReadUntil(JournalStore store, ManualResetEventSlim done, CancellationToken over)
    {
        using JournalReader reader = store.Read(0);
        var all = new StringBuilder();
        while (true)
        {
            over.ThrowIfCancellationRequested();
            bool isLast = done.IsSet;
            JournalRead read = reader.Read(out ReadOnlyMemory<byte> units);
            Assert.NotEqual(JournalRead.Lost, read);
            all.Append(Encoding.UTF8.GetString(units.Span));
            if (read == JournalRead.End && isLast)
            {
                return all.ToString();
            }
        }
    }
}
