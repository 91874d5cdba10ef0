using Chatctl.Core.Journal;
using Microsoft.Win32.SafeHandles;

namespace Chatctl.Core.Tests.Journal;

/// <summary>A disk that is full, or fails: nothing that was written is lost, and nothing is there twice.</summary>
public sealed class FaultTests : IDisposable
{
    private const int Batches = 8;

    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 400_050)]
    [InlineData(true, 0)]
    [InlineData(true, 10_000_000)]
    public void An_operation_that_fails_once_loses_nothing(bool sync, int tornBytes)
    {
        _folder.Options = _folder.Options with { SyncEvery = sync ? TimeSpan.Zero : null, KeepBytes = 1 };
        _folder.Disk.TornBytes = tornBytes;
        Assert.Empty(Play(sync));
        int operations = _folder.Disk.Operations.Count;
        var failed = new HashSet<string>();
        for (int i = 0; i < operations; i++)
        {
            using var folder = new JournalFolder();
            folder.Options = _folder.Options with { Folder = folder.Path };
            folder.Disk.TornBytes = tornBytes;
            int at = i;
            folder.Disk.Fails = (_, before) => before == at;
            failed.UnionWith(Play(sync, folder));
            failed.Add(folder.Disk.Operations[i]);
        }

        Assert.Superset(new HashSet<string> { "CreateFolder", "TryLock", "List", "Create", "Write", "Rename", "Open", "Read" }, failed);
        Assert.Equal(sync, failed.Contains("SyncFolder"));
        Assert.Contains(nameof(JournalException), failed);
        Assert.Contains(nameof(IOException), failed);
    }

    [Fact]
    public void A_full_disk_holds_the_writer_back_until_there_is_room_again()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("one").Write();
        _folder.Disk.TornBytes = 40;
        _folder.Disk.Fails = (operation, _) => operation is "Write" or "Cut" or "Create";
        scribe.Say("two").Change(new SessionRecord(2, "c", null, "ann", 1, 2));
        JournalPlace end = scribe.Store.End;
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<IOException>(() => scribe.Write());
            Assert.Equal((end, 1), (scribe.Store.End, scribe.Store.LastSeq));
            Assert.Equal(scribe.Written.Units(), scribe.Store.All());
        }

        // Meanwhile something shorter can be written in its place.
        _folder.Disk.Fails = (_, _) => false;
        Assert.Equal(end, scribe.Write());
        Assert.Equal(2, scribe.Written.Count);
        Assert.Equal(scribe.Written.Units(), scribe.Store.All());
        scribe.Store.Dispose();
        using JournalStore store = _folder.Open();
        Assert.Equal(scribe.Written.Units(), store.All());
        Assert.Equal("ann", Assert.Single(store.Recovered.Sessions).Name);
        Assert.Empty(_folder.Log);
    }

    [Fact]
    public void A_full_disk_is_told_in_the_words_of_the_system()
    {
        var disk = new JournalDisk();
        using SafeFileHandle full = disk.Open("/dev/full");
        IOException e = Assert.Throws<IOException>(() => disk.Write(full, ["a line\n"u8.ToArray(), "another\n"u8.ToArray()], 0));
        Assert.Equal("No space left on device", e.Message);
    }

    [Fact]
    public void What_is_torn_is_gone_before_something_shorter_is_written()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("one").Write();
        _folder.Disk.TornBytes = int.MaxValue;
        _folder.Disk.Fails = (operation, _) => operation is "Write" or "Cut";
        string unit = scribe.Written[0].Unit.Replace("\"seq\":1", "\"seq\":2", StringComparison.Ordinal);
        ReadOnlyMemory<byte> line = System.Text.Encoding.UTF8.GetBytes(unit);
        Assert.Throws<IOException>(() => scribe.Store.Append(new JournalBatch([line, line[..0], new byte[3000].Select(_ => (byte)'\n').ToArray()], 2, 3, [], default)));
        _folder.Disk.Fails = (_, _) => false;
        scribe.Store.Append(new JournalBatch([line], 2, 3, [], default));
        Assert.Equal([scribe.Written[0].Unit, unit], scribe.Store.All());
        scribe.Store.Dispose();
        using JournalStore store = _folder.Open();
        Assert.Equal([scribe.Written[0].Unit, unit], store.All());
        Assert.Empty(_folder.Log);
    }

    [Fact]
    public void A_disk_that_could_not_be_forced_is_not_trusted_again()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("one").Write();
        scribe.Store.Sync();
        scribe.Say("two").Write();
        _folder.Disk.Fails = (operation, _) => operation == "Sync";
        Assert.Throws<JournalException>(scribe.Store.Sync);
        _folder.Disk.Fails = (_, _) => false;
        scribe.Say("three");
        Assert.Throws<JournalException>(scribe.Store.Sync);
        Assert.Throws<JournalException>(scribe.Store.Close);
        JournalException e = Assert.Throws<JournalException>(() => scribe.Write());
        Assert.DoesNotContain('\n', e.Message);
        Assert.Equal((1, 2), (scribe.Store.SyncedSeq, scribe.Store.LastSeq));
        Assert.Equal(scribe.Written.Units(), scribe.Store.All());
    }

    [Fact]
    public void A_disk_that_could_not_be_forced_for_a_new_file_is_not_trusted_again()
    {
        _folder.Options = _folder.Options with { SyncEvery = TimeSpan.Zero, KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        for (int i = 0; i < 3; i++)
        {
            scribe.Say(new string('x', 400_000)).Write();
        }

        // The file before it can be forced, and the new one cannot.
        bool isMade = false;
        _folder.Disk.Fails = (operation, _) => (isMade |= operation == "Create") && operation == "Sync";
        scribe.Say("more");
        Assert.Throws<JournalException>(() => scribe.Write());
        _folder.Disk.Fails = (_, _) => false;
        Assert.Throws<JournalException>(() => scribe.Write());
        Assert.Throws<JournalException>(scribe.Store.Sync);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.new"));
        Assert.Equal(scribe.Written.Units(), scribe.Store.All());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_lost_for_readers_and_told_once()
    {
        Scribe scribe = WriteThreeFiles();
        scribe.Store.Dispose();
        _folder.Options = _folder.Options with { KeepBytes = 1 << 30 };
        using JournalStore store = _folder.Open();
        int opened = 0;
        _folder.Disk.Fails = (operation, _) => operation == "Open" && ++opened % 3 == 2;
        for (int i = 0; i < 2; i++)
        {
            opened = 0;
            Assert.Equal([.. scribe.Written.Take(3).Units(), "lost 4-6", .. scribe.Written.Skip(6).Units()], store.All());
        }

        Assert.Equal(["Unreadable"], _folder.Log.Select(one => one.Name));
        _folder.Disk.Fails = (_, _) => false;
        Assert.Equal(scribe.Written.Units(), store.All());
    }

    [Fact]
    public void The_rest_of_a_file_that_cannot_be_read_is_lost_for_a_reader()
    {
        Scribe scribe = WriteThreeFiles();
        using JournalReader reader = scribe.Store.Read(0);
        reader.Read(out ReadOnlyMemory<byte> first);
        Assert.Equal(scribe.Written[0].Unit.Length, first.Length);
        bool isRead = false;
        _folder.Disk.Fails = (operation, _) => operation == "Read" && !isRead && (isRead = true);
        Assert.Equal(["lost 2-3", .. scribe.Written.Skip(3).Units()], reader.ToEnd());
        Assert.Equal(["Unreadable"], _folder.Log.Select(one => one.Name));
    }

    [Fact]
    public void A_folder_that_is_in_use_is_refused()
    {
        JournalStore first = _folder.Open();
        JournalException e = Assert.Throws<JournalException>(() => _folder.Open());
        Assert.Equal($"the journal in {_folder.Path} is in use by another server", e.Message);
        first.Dispose();
        _folder.Open().Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(_folder.Path, "a file");
        JournalException e = Assert.Throws<JournalException>(() => _folder.Open());
        Assert.StartsWith($"the journal in {_folder.Path} cannot be opened: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    private Scribe WriteThreeFiles()
    {
        _folder.Options = _folder.Options with { KeepBytes = 1 };
        Scribe scribe = _folder.OpenScribe();
        for (int i = 0; i < 9; i++)
        {
            scribe.Say(new string((char)('a' + i), 400_000)).Write();
        }

        Assert.Equal(3, _folder.Files.Length);
        return scribe;
    }

    private HashSet<string> Play(bool sync) => Play(sync, _folder);

    /// <summary>Writes through three files, and starts anew whenever it has to. Then it checks that all is there.</summary>
    /// <returns>The names of the exceptions that came.</returns>
    private static HashSet<string> Play(bool sync, JournalFolder folder)
    {
        var failed = new HashSet<string>();
        var written = new List<(long Seq, string Unit)>();
        Scribe? scribe = null;
        string? epoch = null;
        for (int attempt = 0; written.Count + (scribe?.Written.Count ?? 0) < Batches; attempt++)
        {
            Assert.InRange(attempt, 0, Batches + 1);
            try
            {
                scribe ??= folder.OpenScribe();
                epoch ??= scribe.Store.Recovered.Epoch;
                if (!scribe.IsSaying)
                {
                    scribe.Say(new string('x', 400_000), id: 2).Change(new SessionRecord(2, "c", null, "ann", scribe.LastSeq, scribe.LastSeq));
                }

                scribe.Write();
                if (sync)
                {
                    scribe.Store.Sync();
                    Assert.Equal(scribe.LastSeq, scribe.Store.SyncedSeq);
                }
            }
            catch (IOException)
            {
                failed.Add(nameof(IOException));
            }
            catch (JournalException)
            {
                failed.Add(nameof(JournalException));
                written.AddRange(scribe?.Written ?? []);
                scribe?.Store.Dispose();
                scribe = null;
            }
        }

        written.AddRange(scribe?.Written ?? []);
        scribe?.Store.Dispose();
        folder.Disk.Fails = (_, _) => false;
        using JournalStore store = folder.Open();
        Assert.Equal(written.Units(), store.All());
        Assert.Equal((Batches, Batches, epoch), (store.Recovered.LastSeq, Assert.Single(store.Recovered.Sessions).N, store.Recovered.Epoch));
        return failed;
    }
}
