using System.Text;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Journal;

/// <summary>Files that are not as they were written: what was torn off is told once, and what is wrong is never served.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_is_cut_anywhere_goes_on_behind_its_last_batch(bool isFirstClosed)
    {
        List<(long Seq, string Unit)> written = WriteTwoFiles(isFirstClosed, sync: false);
        var saved = _folder.Save();
        string path = _folder.Newest;
        int[] ends = BatchEnds(saved[path]);
        for (int cut = 0; cut <= saved[path].Length; cut++)
        {
            _folder.Restore(saved);
            File.WriteAllBytes(path, saved[path][..cut]);
            _folder.Log.Clear();
            int batches = ends.Count(end => end <= cut);
            using JournalStore store = _folder.Open();
            Assert.Equal(LastOf(batches), store.Recovered.LastSeq);
            Assert.Equal(written.Where(one => one.Seq <= LastOf(batches)).Units(), store.All());
            string[] told = batches == 0 ? ["Unfinished"] : ends.Contains(cut) ? [] : ["TornEnd"];
            Assert.Equal(told, _folder.Log.Select(one => one.Name));
            if (told is ["TornEnd"])
            {
                Assert.EndsWith($"lines go on from number {LastOf(batches) + 1}", _folder.Log[0].Text, StringComparison.Ordinal);
            }

            store.Dispose();
            _folder.Log.Clear();
            using JournalStore again = _folder.Open();
            Assert.Equal((LastOf(batches), store.Recovered.Epoch), (again.Recovered.LastSeq, again.Recovered.Epoch));

            // What the file had is lost, and clients may know more than is there. So their positions must not count on it.
            Assert.Equal(batches == 0, again.Recovered.Epoch != "e1");
            Assert.Empty(_folder.Log);
        }
    }

    [Fact]
    public void What_is_cut_off_an_older_file_is_lost_for_readers_and_told_to_them()
    {
        List<(long Seq, string Unit)> written = WriteTwoFiles(isFirstClosed: true, sync: false);
        var saved = _folder.Save();
        string path = Path.Combine(_folder.Path, _folder.Files[0]);
        int[] ends = BatchEnds(saved[path]);
        for (int cut = 0; cut <= saved[path].Length; cut++)
        {
            _folder.Restore(saved);
            File.WriteAllBytes(path, saved[path][..cut]);
            using JournalStore store = _folder.Open();
            int lines = Math.Max(0, ends.Count(end => end <= cut) - 1);
            string[] lost = lines == 2 ? [] : [$"lost {lines + 1}-2"];
            Assert.Equal([.. written.Where(one => one.Seq <= lines).Units(), .. lost, .. written.Where(one => one.Seq > 2).Units()], store.All());
        }
    }

    // Whether the machine was started anew, whether lines were forced to the disk, and whether the server has stopped in order.
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public void A_bit_that_is_wrong_anywhere_is_cut_off_or_the_start_is_refused(bool isOtherBoot, bool sync, bool close)
    {
        List<(long Seq, string Unit)> written = WriteTwoFiles(isFirstClosed: false, sync, close);
        var saved = _folder.Save();
        string path = _folder.Newest;
        int[] ends = BatchEnds(saved[path]);
        int refused = 0;
        int cut = 0;
        _folder.Disk.Boot = isOtherBoot ? "second start" : "first start";
        for (int at = 0; at < saved[path].Length; at++)
        {
            _folder.Restore(saved);
            File.WriteAllBytes(path, [.. saved[path][..at], (byte)(saved[path][at] ^ (at % 2 == 0 ? 1 : 0x80)), .. saved[path][(at + 1)..]]);
            _folder.Log.Clear();
            int intact = ends.Count(end => end <= at);
            try
            {
                using JournalStore store = _folder.Open();
                Assert.Equal(LastOf(intact), store.Recovered.LastSeq);
                Assert.Equal(written.Where(one => one.Seq <= LastOf(intact)).Units(), store.All());
                string[] told = [.. _folder.Log.Select(one => one.Name).Except(["NewEpoch"])];

                // A wrong digit in the time at which it was closed does no harm.
                Assert.True(told is [var name] ? name == (intact == 0 ? "Unfinished" : "TornEnd") : intact == ends.Length && told is []);
                Assert.False(sync && LastOf(intact) < 4, $"a line that was on the disk for sure is cut off by a wrong bit at {at}");
                cut++;
            }
            catch (JournalException e)
            {
                Assert.Contains($"{path} is damaged at byte ", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }

        Assert.True(cut > 0);
        Assert.Equal(!isOtherBoot || sync || close, refused > ends[0]);
        if (!isOtherBoot || close)
        {
            // All but the last batch, or all but the line that says that it is closed.
            Assert.InRange(refused, ends[^2] * 3 / 4, ends[^1]);
        }
    }

    [Fact]
    public void A_bit_that_is_wrong_in_an_older_file_is_never_served()
    {
        List<(long Seq, string Unit)> written = WriteTwoFiles(isFirstClosed: true, sync: false);
        var saved = _folder.Save();
        string path = Path.Combine(_folder.Path, _folder.Files[0]);
        int lost = 0;
        for (int at = 0; at < saved[path].Length; at++)
        {
            _folder.Restore(saved);
            File.WriteAllBytes(path, [.. saved[path][..at], (byte)(saved[path][at] ^ 1), .. saved[path][(at + 1)..]]);
            _folder.Log.Clear();
            using JournalStore store = _folder.Open();
            List<string> read = store.All();
            Assert.Equal(read, store.All());
            lost += read.Count(one => one.StartsWith("lost", StringComparison.Ordinal));
            Assert.Contains(string.Concat(read), new[]
            {
                string.Concat(written.Units()),
                string.Concat(["lost 1-1", .. written.Where(one => one.Seq > 1).Units()]),
                string.Concat(["lost 1-2", .. written.Where(one => one.Seq > 2).Units()]),
                string.Concat([.. written.Where(one => one.Seq <= 1).Units(), "lost 2-2", .. written.Where(one => one.Seq > 2).Units()]),
            });

            // It is told once, however often it is read.
            Assert.InRange(_folder.Log.Count(one => one.Name == "Unreadable"), 0, 1);
        }

        Assert.True(lost > 100);
    }

    [Fact]
    public void What_is_damaged_while_the_server_runs_is_lost_for_its_readers_and_no_more()
    {
        Scribe scribe = _folder.OpenScribe();
        for (int i = 0; i < 6; i++)
        {
            scribe.Say($"line {i}").Write();
        }

        string text = File.ReadAllText(_folder.Newest);
        File.WriteAllText(_folder.Newest, text.Replace("line 2", "lime 2", StringComparison.Ordinal).Replace("line 5", "lime 5", StringComparison.Ordinal));
        string[] units = [.. scribe.Written.Units()];
        using JournalReader reader = scribe.Store.Read(0);
        Assert.Equal([.. units[..2], "lost 3-3", .. units[3..5], "lost 6-6"], reader.ToEnd());
        scribe.Say("line 6").Write();
        Assert.Equal(scribe.Written.Units().TakeLast(1), reader.ToEnd());
        Assert.Equal(2, _folder.Log.Count(one => one.Name == "Unreadable"));
    }

    [Fact]
    public void A_file_with_another_name_than_its_own_is_refused()
    {
        Scribe scribe = _folder.OpenScribe();
        scribe.Say("one").Write();
        scribe.Store.Dispose();
        File.Move(_folder.Newest, Path.Combine(_folder.Path, "00000000000000000007.ndjson"));
        Assert.Throws<JournalException>(() => _folder.Open());
    }

    [Fact]
    public void Files_of_others_in_the_folder_are_left_alone()
    {
        Directory.CreateDirectory(_folder.Path);
        string[] others = ["7.ndjson", "0000000000000000000x.ndjson", "notes.txt", "lines.ndjson.new"];
        foreach (string name in others)
        {
            File.WriteAllText(Path.Combine(_folder.Path, name), "mine");
        }

        File.WriteAllText(Path.Combine(_folder.Path, "00000000000000000007.ndjson.new"), "not complete");
        using JournalStore store = _folder.Open();
        Assert.Equal([.. others.Append("lock").Append("00000000000000000001.ndjson").Order()], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    /// <summary>Writes lines 1 and 2 to one file, and 3 to 6 to the next one. Lines up to 4 are on the disk for sure, if they are to be.</summary>
    private List<(long Seq, string Unit)> WriteTwoFiles(bool isFirstClosed, bool sync, bool close = false)
    {
        Scribe first = _folder.OpenScribe();
        first.Say("one").Write();
        first.Change(new SessionRecord(2, "c", null, "ann", 1, 2)).Say("two", 2).Write();
        if (isFirstClosed)
        {
            first.Store.Close();
        }

        first.Store.Dispose();
        Scribe second = _folder.OpenScribe();
        second.Say("three").Write();
        second.Change(new SessionRecord(4, "d", "owner", "bob", 1, 2)).Say("four", 4).Write();
        if (sync)
        {
            second.Store.Sync();
        }

        second.Say("five").Write();
        second.Say("six").Write();
        if (close)
        {
            second.Store.Close();
        }

        second.Store.Dispose();
        return [.. first.Written, .. second.Written];
    }

    /// <summary>The number of the last line in the first batches of the second file: the first of them is the state.</summary>
    private static long LastOf(int batches) => Math.Max(2, batches + 1);

    private static int[] BatchEnds(byte[] file)
    {
        var ends = new List<int>();
        for (int start = 0; start < file.Length;)
        {
            int length = file.AsSpan(start).IndexOf((byte)'\n') + 1;
            if (Encoding.UTF8.GetString(file, start, length).StartsWith("{\"commit\":", StringComparison.Ordinal))
            {
                ends.Add(start + length);
            }

            start += length;
        }

        return [.. ends];
    }
}
