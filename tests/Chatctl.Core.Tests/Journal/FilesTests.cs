using System.Text.Json;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Journal;

/// <summary>When a new file begins, which old ones are kept, and what a restart means for the epoch.</summary>
public sealed class FilesTests : IDisposable
{
    private static readonly SessionRecord Ann = new(2, "c", null, "ann", 1, 1);

    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(32 << 20, 2)]
    public void A_file_that_is_full_has_a_successor_named_by_its_first_line(long keep, int fullMebibytes)
    {
        _folder.Options = _folder.Options with { KeepBytes = keep };
        Scribe scribe = _folder.OpenScribe();
        scribe.Change(Ann);
        while (_folder.Files.Length < 3)
        {
            scribe.Say(new string('x', 100_000)).Say("short", 2).Write();
        }

        long perFile = ((fullMebibytes << 20) / 100_000) + 1;
        Assert.Equal([1, (perFile * 2) + 1, (perFile * 4) + 1], _folder.Files.Select(file => long.Parse(file[..20], null)));
        string[] lines = File.ReadAllLines(Path.Combine(_folder.Path, _folder.Files[1]));
        JsonElement header = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(perFile * 2, header.GetProperty("gone").GetProperty("last").GetInt64());
        Assert.StartsWith("{\"session\":2,", lines[1], StringComparison.Ordinal);
        Assert.Equal(scribe.Written.Units(), scribe.Store.All());
        scribe.Store.Dispose();
        using JournalStore store = _folder.Open();
        Assert.Equal([Ann], store.Recovered.Sessions);
        Assert.Equal(scribe.Written.Units(), store.All());
    }

    [Fact]
    public void The_end_of_a_file_that_has_a_successor_is_the_place_of_its_first_batch()
    {
        _folder.Options = _folder.Options with { KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        using JournalReader reader = scribe.Store.Read(0);
        for (int i = 0; i < 12; i++)
        {
            JournalPlace end = scribe.Store.End;
            scribe.Say(new string('x', 300_000));
            JournalPlace place = scribe.Write();
            Assert.True(place >= end);
            Assert.Equal(place, reader.Place);
            reader.Read(out _);
            Assert.Equal(scribe.Store.End, reader.Place);
            Assert.True(reader.Place > place);
            Assert.Equal(i + 2, reader.NextSeq);
            Assert.Equal(JournalRead.End, reader.Read(out _));
        }

        Assert.Equal(3, _folder.Files.Length);
    }

    [Fact]
    public void Many_sessions_are_not_written_again_with_each_small_file()
    {
        _folder.Options = _folder.Options with { KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        for (int i = 0; i < 20_000; i++)
        {
            scribe.Change(Ann with { Id = i + 1, Client = new string('c', 64) });
        }

        scribe.Say("one").Write();
        for (int i = 0; i < 40; i++)
        {
            scribe.Say(new string('x', 100_000)).Write();
        }

        // The first file is full at once; the state of the second has about 3 MB, so the second is not full with one.
        Assert.Equal(2, _folder.Files.Length - 1);
    }

    [Fact]
    public void A_sync_policy_forces_a_full_file_to_the_disk_before_the_next_one_has_its_name()
    {
        _folder.Options = _folder.Options with { KeepBytes = 1, SyncEvery = TimeSpan.FromSeconds(1) };
        Scribe scribe = _folder.OpenScribe();
        scribe.Say(new string('x', 1_100_000)).Write();
        Assert.Equal(0, scribe.Store.SyncedSeq);
        _folder.Disk.Operations.Clear();
        scribe.Say("two").Write();
        Assert.Equal(["Sync", "Create", "Write", "Sync", "Rename", "SyncFolder", "Write"], _folder.Disk.Operations);
        Assert.Equal(1, scribe.Store.SyncedSeq);
        scribe.Store.Sync();
        Assert.Equal(2, scribe.Store.SyncedSeq);
    }

    [Fact]
    public void Without_a_sync_policy_nothing_is_forced_but_at_the_end()
    {
        _folder.Options = _folder.Options with { KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        scribe.Say(new string('x', 1_100_000)).Write();
        scribe.Say("two").Write();
        Assert.DoesNotContain("Sync", _folder.Disk.Operations);
        scribe.Store.Close();
        Assert.Equal(["Sync", "Sync", "Write", "Sync"], _folder.Disk.Operations.TakeLast(4));
        Assert.Equal(2, scribe.Store.SyncedSeq);
    }

    [Fact]
    public void The_oldest_files_are_deleted_while_there_is_more_than_is_to_be_kept()
    {
        _folder.Options = _folder.Options with { KeepBytes = 3 << 20 };
        Scribe scribe = _folder.OpenScribe();
        using JournalReader reader = scribe.Store.Read(0);
        reader.Read(out _);
        for (int i = 0; i < 100; i++)
        {
            scribe.Say(new string('x', 100_000), id: i % 2 == 0 ? 3 : 4).Write();
            scribe.Store.Retain();
            Assert.InRange(Directory.GetFiles(_folder.Path).Sum(file => new FileInfo(file).Length), 0, 3 << 20);
        }

        long oldest = scribe.Store.OldestSeq;
        Assert.Equal(oldest, long.Parse(_folder.Files[0][..20], null));
        Assert.InRange(oldest, 67, 90);
        Assert.Equal(new GoneValues(oldest % 2 == 0 ? 3 : 4, oldest - 1, oldest - 2), scribe.Store.Oldest);
        Assert.Equal(scribe.Written.Skip((int)oldest - 1).Units(), scribe.Store.All());
        Assert.All(_folder.Log, one => Assert.Equal("NotKept", one.Name));
        Assert.Contains(_folder.Log, one => one.Text.EndsWith($" to {oldest - 1}: no more is kept", StringComparison.Ordinal));

        // Whoever stands in a file that is gone has it still, but not those between.
        List<string> read = reader.ToEnd();
        int first = read.FindIndex(unit => unit.StartsWith("lost ", StringComparison.Ordinal));
        Assert.Equal([.. scribe.Written.Take(first).Units(), $"lost {first + 1}-{oldest - 1}", .. scribe.Written.Skip((int)oldest - 1).Units()], read);
    }

    [Fact]
    public void Starts_do_not_drive_lines_out_although_each_writes_all_sessions()
    {
        _folder.Options = _folder.Options with { KeepBytes = 4 << 20 };
        for (int start = 1; start <= 6; start++)
        {
            Scribe scribe = _folder.OpenScribe();
            for (int id = 1; start == 1 && id <= 8000; id++)
            {
                scribe.Change(new SessionRecord(id, new string('c', 64), null, "guest", 0, 0));
            }

            scribe.Say("a line").Write();
            scribe.Store.Retain();
            Assert.Equal(1, scribe.Store.OldestSeq);
            scribe.Store.Dispose();
        }

        Assert.True(_folder.Files.Sum(file => new FileInfo(Path.Combine(_folder.Path, file)).Length) > 4 << 20);
    }

    [Fact]
    public void Files_older_than_is_to_be_kept_are_deleted_but_never_the_last()
    {
        _folder.Options = _folder.Options with { KeepBytes = 16 << 20, KeepFor = TimeSpan.FromHours(1) };
        Scribe scribe = _folder.OpenScribe();
        for (int i = 0; i < 3; i++)
        {
            scribe.Say(new string('x', 1_100_000)).Write();
            _folder.Clock.Advance(TimeSpan.FromMinutes(40));
        }

        scribe.Store.Retain();
        Assert.Equal(2, scribe.Store.OldestSeq);
        _folder.Clock.Advance(TimeSpan.FromDays(40));
        scribe.Store.Retain();
        Assert.Equal(3, scribe.Store.OldestSeq);
        Assert.Single(_folder.Files);
    }

    [Fact]
    public void A_file_that_cannot_be_deleted_stays_and_is_told_once()
    {
        _folder.Options = _folder.Options with { KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        scribe.Say(new string('x', 1_100_000)).Write();
        scribe.Say("two").Write();
        _folder.Disk.Fails = (operation, _) => operation == "Delete";
        scribe.Store.Retain();
        scribe.Store.Retain();
        Assert.Equal(["FileStays"], _folder.Log.Select(one => one.Name));
        Assert.Equal(1, scribe.Store.OldestSeq);
        Assert.Equal(scribe.Written.Units(), scribe.Store.All());
        _folder.Disk.Fails = (_, _) => false;
        scribe.Store.Retain();
        Assert.Equal((2, new GoneValues(3, 1, 0)), (scribe.Store.OldestSeq, scribe.Store.Oldest));
    }

    [Theory]
    [InlineData("first start", false, "e1")]
    [InlineData("second start", true, "e1")]
    [InlineData("second start", false, "e2")]
    [InlineData("", false, "e2")]
    [InlineData("", true, "e1")]
    public void The_epoch_goes_on_if_nothing_can_be_lost(string boot, bool close, string epoch)
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("one").Write();
        if (close)
        {
            scribe.Store.Close();
        }

        scribe.Store.Dispose();
        _folder.Disk.Boot = boot;
        using JournalStore store = _folder.Open();
        Assert.Equal((epoch, 1), (store.Recovered.Epoch, store.Recovered.LastSeq));
        Assert.Equal(epoch == "e1" ? [] : [("e1", 1)], store.Recovered.PastEpochs);
        Assert.Equal(epoch == "e1" ? [] : ["NewEpoch"], _folder.Log.Select(one => one.Name));
        Assert.Equal(scribe.Written.Units(), store.All());
    }

    [Fact]
    public void Machines_without_starts_that_can_be_told_apart_begin_a_new_epoch()
    {
        _folder.Disk.Boot = "";
        _folder.Open().Dispose();
        using JournalStore store = _folder.Open();
        Assert.Equal("e2", store.Recovered.Epoch);
    }

    [Fact]
    public void The_last_sixteen_epochs_are_known_with_their_last_lines()
    {
        for (int i = 0; i < 20; i++)
        {
            _folder.Disk.Boot = $"start {i}";
            Scribe scribe = _folder.OpenScribe();
            scribe.Say("a line").Write();
            scribe.Store.Dispose();
        }

        using JournalStore store = _folder.Open();
        Assert.Equal("e20", store.Recovered.Epoch);
        Assert.Equal(Enumerable.Range(4, 16).Select(i => ($"e{i}", (long)i)), store.Recovered.PastEpochs);
    }

    [Fact]
    public void Times_go_on_if_the_clock_was_set_back()
    {
        DateTimeOffset said = _folder.Clock.GetUtcNow();
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("one").Write();
        scribe.Store.Close();
        scribe.Store.Dispose();
        var back = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(said - TimeSpan.FromHours(1));
        for (int start = 0; start < 2; start++)
        {
            using var store = JournalStore.Open(_folder.Options, () => "new", back, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, _folder.Disk);
            Assert.Equal(said, store.Recovered.LastTime);
        }
    }
}
