using System.Text.Json;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Journal;

/// <summary>What is written is there, for readers and after a restart.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_journal_knows_nothing()
    {
        using JournalStore store = _folder.Open();
        Assert.Equal(
            ("e1", 0L, 0L, default(DateTimeOffset), new GoneValues(0, 0, 0)),
            (store.Recovered.Epoch, store.Recovered.LastSeq, store.Recovered.LastId, store.Recovered.LastTime, store.Recovered.Gone));
        Assert.Empty(store.Recovered.PastEpochs);
        Assert.Empty(store.Recovered.Sessions);
        Assert.Empty(store.All());
        Assert.Equal((1, new GoneValues(0, 0, 0)), (store.OldestSeq, store.Oldest));
        Assert.Equal(["00000000000000000001.ndjson"], _folder.Files);
        Assert.Empty(_folder.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_gets_the_units_as_they_were_written(bool pieces)
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Join("ann", 2).Say("one").Say("two \"quoted\"\nand {\"commit\":1}").Write(pieces);
        scribe.Change(Ann).Say("three", 2).Write(pieces);
        scribe.Join("bob", 4).Write(pieces);
        scribe.Say("four").Join("eve", 5).Write(pieces);
        Assert.Equal(scribe.Written.Units(), scribe.Store.All());
        for (int after = 0; after <= 4; after++)
        {
            Assert.Equal(scribe.Written.SkipWhile(one => one.Seq < after || (one.Seq == after && one.Unit.StartsWith("{\"seq", StringComparison.Ordinal))).Units(), scribe.Store.All(after));
        }
    }

    [Fact]
    public void All_is_there_after_a_restart()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Join("ann", 2).Say("one").Write();
        scribe.Change(Ann).Change(Bob).Say("two", 2).Write();
        _folder.Clock.Advance(TimeSpan.FromSeconds(5));
        scribe.Change(Ann with { N = 6, Seq = 3 }).Say("three", 2).Say("four", 2).Write();
        scribe.LastId = 80;
        scribe.Write();
        scribe.Store.Dispose();

        using JournalStore store = _folder.Open();
        Assert.Equal(
            ("e1", 4L, 80L, _folder.Clock.GetUtcNow(), new GoneValues(2, 4, 1)),
            (store.Recovered.Epoch, store.Recovered.LastSeq, store.Recovered.LastId, store.Recovered.LastTime, store.Recovered.Gone));
        Assert.Equal([Bob, Ann with { N = 6, Seq = 3 }], store.Recovered.Sessions);
        Assert.Equal(scribe.Written.Units(), store.All());
        Assert.Equal(2, _folder.Files.Length);
        Assert.Empty(_folder.Log);

        var second = new Scribe(store, _folder.Clock);
        second.Say("five").Write();
        Assert.Equal([.. scribe.Written.Units(), .. second.Written.Units()], store.All());
        Assert.Equal(second.Written.Units(), store.All(4));
    }

    [Fact]
    public void A_start_reads_the_last_file_alone()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Change(Ann).Change(Bob).Say("one").Write();
        scribe.Store.Dispose();
        scribe = _folder.OpenScribe();
        scribe.Say("two", 9).Write();
        scribe.Store.Dispose();
        File.WriteAllText(Path.Combine(_folder.Path, _folder.Files[0]), "nothing of what was there");

        using JournalStore store = _folder.Open();
        Assert.Equal([Ann, Bob], store.Recovered.Sessions);
        Assert.Equal((2L, 9L, new GoneValues(9, 2, 1)), (store.Recovered.LastSeq, store.Recovered.LastId, store.Recovered.Gone));
        Assert.Equal(["lost 1-1", .. scribe.Written.Units()], store.All());
        Assert.Equal(["Unreadable"], _folder.Log.Select(one => one.Name));
    }

    [Fact]
    public void Each_line_of_each_file_is_a_JSON_object()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Join("ann", 2).Change(Ann).Change(Bob).Say("one").Write();
        scribe.Store.Close();
        scribe.Store.Dispose();
        _folder.Open().Dispose();
        string[] kinds = [.. _folder.Files.SelectMany(file => File.ReadLines(Path.Combine(_folder.Path, file))).Select(FirstMember)];
        Assert.Equal(["journal", "commit", "event", "seq", "session", "session", "commit", "closed", "journal", "session", "session", "commit"], kinds);
    }

    [Fact]
    public void A_file_without_a_line_is_replaced()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Join("ann", 2).Change(Ann).Write();
        using JournalReader reader = scribe.Store.Read(0);
        scribe.Store.Dispose();
        using JournalStore store = _folder.Open();
        Assert.Equal(["00000000000000000001.ndjson"], _folder.Files);
        Assert.Equal([Ann], store.Recovered.Sessions);
        Assert.Equal(2, store.Recovered.LastId);
        Assert.Empty(store.All());

        // Who stands in it has it still.
        Assert.Equal(scribe.Written.Units(), reader.ToEnd());
    }

    [Fact]
    public void A_hundred_thousand_sessions_are_known_and_not_more()
    {
        Scribe scribe = _folder.OpenScribe();
        SessionRecord[] sessions = [.. Enumerable.Range(0, 100_010).Select(i => Ann with { Id = i + 1, Name = $"ann-{i}", N = i })];
        foreach (SessionRecord[] portion in sessions.Chunk(1000))
        {
            foreach (SessionRecord session in portion)
            {
                scribe.Change(session);
            }

            scribe.Write();
        }

        scribe.Store.Dispose();
        for (int start = 0; start < 2; start++)
        {
            using JournalStore store = _folder.Open();
            Assert.Equal(sessions[10..], store.Recovered.Sessions);
        }
    }

    [Fact]
    public void Files_and_folder_are_for_this_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using JournalStore store = _folder.Open();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.Path));
        string[] files = Directory.GetFiles(_folder.Path);
        Assert.Equal(2, files.Length);
        foreach (string file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_batch_of_many_megabytes_is_read_as_it_was()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("short").Write();
        scribe.Say(new string('x', 5_000_000)).Say("short").Write();
        scribe.Say("short").Write();
        Assert.Equal(scribe.Written.Units(), scribe.Store.All());
        Assert.Equal(scribe.Written.Units().TakeLast(1), scribe.Store.All(3));
    }

    private static SessionRecord Ann => new(2, new string('a', 64), null, "ann", 5, 2);

    private static SessionRecord Bob => new(3, new string('b', 64), "bob \"the owner\"", "bób 🙂", 0, 0);

    private static string FirstMember(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.EnumerateObject().First().Name;
    }
}
