using System.Text.Json;
using Chatctl.Core.Journal;

namespace Chatctl.Core.Tests.Commits;

/// <summary>When readers see a line, and when its sender has a receipt, in a room with a journal.</summary>
public sealed class CommitTests : RoomWithJournal
{
    [Fact]
    public void Nobody_hears_a_line_before_the_journal_has_it()
    {
        Venue venue = Open();
        Guest plain = venue.Join();
        Guest ann = Greet(venue, "{}");
        Guest speaker = venue.Join();
        Disk.HoldWrites();
        speaker.Say("one\n");
        Thread.Sleep(20);
        Assert.Equal("", plain.Hear());
        Assert.Equal("", ann.Hear());
        Disk.LetWrite();
        Assert.Equal("one\n", HearUntil(plain, "one\n"));
        Assert.Equal(["one"], Texts(HearUntil(ann, "\"text\":\"one\"}\n")));
    }

    [Fact]
    public void A_receipt_waits_until_the_journal_has_the_lines()
    {
        Venue venue = Open();
        Guest speaker = venue.Join();
        Disk.HoldWrites();
        speaker.Say("one\ntwo\n");
        speaker.Member.EndOfInput();
        Thread.Sleep(20);
        Assert.Equal(Outbound.Nothing, speaker.Next());
        Disk.LetWrite();
        Until(speaker, Outbound.Finish);
    }

    [Fact]
    public void An_ack_waits_until_the_journal_has_the_line()
    {
        Venue venue = Open();
        Guest ann = Greet(venue, $"{{\"client\":\"{Ann}\"}}");
        Disk.HoldWrites();
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        Thread.Sleep(20);
        Assert.Equal("", ann.Hear());
        Disk.LetWrite();
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void With_sync_a_receipt_waits_for_the_disk_and_readers_do_not(int milliseconds)
    {
        Venue venue = Open(syncEvery: TimeSpan.FromMilliseconds(milliseconds));
        Guest listener = venue.Join();
        Guest speaker = venue.Join();
        Guest ann = Greet(venue, $"{{\"client\":\"{Ann}\"}}");
        Disk.HoldSyncs();
        speaker.Say("one\n");
        speaker.Member.EndOfInput();
        HearUntil(listener, "one\n");
        HearUntil(ann, "\"text\":\"one\"}\n");
        ann.Say("{\"n\":1,\"text\":\"two\"}\n");
        HearUntil(listener, "two\n");
        Thread.Sleep(20);
        Assert.Equal(Outbound.Nothing, speaker.Next());
        Assert.Equal("", ann.Hear());
        Disk.LetSync();
        Until(speaker, Outbound.Finish);
        HearUntil(ann, "{\"ack\":1,\"seq\":2}\n");
    }

    [Fact]
    public void The_server_says_nothing_of_lines_that_the_journal_does_not_have_yet()
    {
        Venue venue = Open();
        Guest speaker = venue.Join();
        Disk.HoldWrites();
        speaker.Say("one\n");
        Guest ann = venue.Join();
        ann.Say("CHATCTL/1 {}\n");
        Thread.Sleep(20);
        Assert.Equal("", ann.Hear());
        Disk.LetWrite();
        Assert.Contains("\"first\":2,", HearUntil(ann, "}\n"));
    }

    [Fact]
    public void Senders_are_held_back_while_much_waits()
    {
        Venue venue = Open(Options with { BufferBytes = 64 << 20 });
        Guest speaker = venue.Join();
        Disk.HoldWrites();
        int lines = 0;
        while (speaker.Member.WantsInput)
        {
            Assert.True(++lines < 1_000_000, "it is never held back");
            speaker.Say("a line\n");
        }

        Disk.LetWrite();
        Until(() => speaker.Member.WantsInput, () => "it is never read from again");
    }

    [Theory]
    [InlineData(SlowPolicy.Wait)]
    [InlineData(SlowPolicy.Skip)]
    [InlineData(SlowPolicy.Disconnect)]
    public void No_reader_is_to_blame_for_what_the_journal_has_not_written(SlowPolicy slow)
    {
        Venue venue = Open(Options with { Slow = slow });
        Guest listener = venue.Join();
        Guest ann = Greet(venue, "{}");
        Guest speaker = venue.Join();
        Disk.HoldWrites();
        int lines = 0;
        while (speaker.Member.WantsInput)
        {
            Assert.True(++lines < 1_000_000, "it is never held back");
            speaker.Say($"line {lines}\n");
            listener.Hear();
            ann.Hear();
        }

        for (int i = 0; i < 30; i++)
        {
            venue.Time.Advance(TimeSpan.FromSeconds(1));
            listener.Hear();
            ann.Hear();
        }

        Disk.LetWrite();
        string heard = HearUntil(listener, $"line {lines}\n");
        Assert.Equal(lines, heard.Count(letter => letter == '\n'));
        Assert.Equal(lines, Texts(HearUntil(ann, $"\"text\":\"line {lines}\"}}\n")).Count);
        Assert.True(speaker.Member.WantsInput);
    }

    [Fact]
    public void A_full_disk_holds_senders_back_and_all_goes_on_when_there_is_room_again()
    {
        Venue venue = Open();
        Guest listener = venue.Join();
        Guest speaker = venue.Join();
        Disk.Fails = (operation, _) => operation == "Write";
        speaker.Say("one\n");
        speaker.Member.EndOfInput();
        Thread.Sleep(50);
        Assert.Equal("", listener.Hear());
        Assert.Equal(Outbound.Nothing, speaker.Next());
        Disk.Fails = (_, _) => false;
        Assert.Equal("one\n", HearUntil(listener, "one\n"));
        Until(speaker, Outbound.Finish);
    }

    [Fact]
    public async Task A_disk_that_fails_to_sync_ends_the_journal_and_gives_no_receipt()
    {
        Venue venue = Open(out RoomJournal journal, syncEvery: TimeSpan.Zero);
        Guest speaker = venue.Join();
        Disk.Fails = (operation, _) => operation == "Sync";
        speaker.Say("one\n");
        speaker.Member.EndOfInput();
        await Assert.ThrowsAsync<JournalException>(() => journal.Completion.WaitAsync(TimeSpan.FromMinutes(2)));
        Disk.Fails = (_, _) => false;
        Assert.Equal(Outbound.Nothing, speaker.Next());
        Assert.Equal(["Failed"], Events);
    }

    [Fact]
    public void A_disk_that_fails_to_sync_at_the_stop_is_told_too()
    {
        Venue venue = Open(out RoomJournal journal, syncEvery: TimeSpan.FromMinutes(10));
        Guest listener = venue.Join();
        Guest speaker = venue.Join();
        Disk.Fails = (operation, _) => operation == "Sync";
        speaker.Say("one\n");
        HearUntil(listener, "one\n");
        journal.Dispose();
        Assert.True(journal.Completion.IsFaulted);
        Assert.Equal(["Failed"], Events);
    }

    [Fact]
    public void A_stop_waits_for_the_journal()
    {
        Venue venue = Open();
        Guest speaker = venue.Join();
        Disk.HoldWrites();
        speaker.Say("one\n");
        venue.Room.Drain();
        Thread.Sleep(20);
        Assert.Equal(Outbound.Nothing, speaker.Next());
        Disk.LetWrite();
        Until(speaker, Outbound.Finish);
    }

    [Fact]
    public void A_room_without_sessions_has_no_journal() =>
        Assert.Throws<ArgumentException>(() => Open(Options with { Framing = Framing.Raw }));

    [Fact]
    public void The_figures_count_what_this_room_has_done()
    {
        Venue first = Open();
        Guest speaker = first.Join();
        speaker.Say("one\n");
        speaker.Member.EndOfInput();
        Until(speaker, Outbound.Finish);
        Kill();
        Venue second = Open();
        Assert.Equal(0, second.Room.Figures().Lines);
        Assert.Equal(0, second.Room.Figures().Joins);
        Greet(second, "{}", out JsonElement hello);
        Assert.Equal(2, hello.GetProperty("next").GetInt64());
        Assert.Equal(1, second.Room.Figures().Joins);
    }
}
