using System.Text.Json;

namespace Chatctl.Core.Tests.Commits;

/// <summary>What a room knows of the room before it that was killed.</summary>
public sealed class RestartTests : RoomWithJournal
{
    [Fact]
    public void Epoch_and_numbers_go_on()
    {
        Venue first = Open();
        Guest ann = Greet(first, "{}", out JsonElement before);
        Guest speaker = first.Join();
        speaker.Say("one\ntwo\n");
        HearUntil(ann, "\"text\":\"two\"}\n");
        Kill();
        Venue second = Open();
        Guest again = Greet(second, "{}", out JsonElement after);
        Assert.False(after.TryGetProperty("epochs", out _));
        Assert.Equal(before.GetProperty("epoch").GetString(), after.GetProperty("epoch").GetString());
        Assert.Equal(3, after.GetProperty("next").GetInt64());
        Assert.True(after.GetProperty("id").GetInt64() > before.GetProperty("id").GetInt64());
        Guest other = second.Join();
        other.Say("three\n");
        Assert.Contains("{\"seq\":3,", HearUntil(again, "\"text\":\"three\"}\n"));
    }

    [Fact]
    public void A_line_that_is_sent_again_is_not_said_again()
    {
        Venue first = Open();
        Guest ann = Greet(first, $$"""{"client":"{{Ann}}","name":"ann"}""", out JsonElement before);
        ann.Say("{\"n\":3,\"text\":\"one\"}\n{\"n\":5,\"text\":\"two\"}\n");
        HearUntil(ann, "{\"ack\":5,\"seq\":2}\n");
        Kill();
        Venue second = Open();
        Guest listener = second.Join();
        Guest again = Greet(second, $$"""{"client":"{{Ann}}"}""", out JsonElement after);
        Assert.True(after.GetProperty("resumed").GetBoolean());
        Assert.Equal("ann", after.GetProperty("name").GetString());
        Assert.Equal(before.GetProperty("id").GetInt64(), after.GetProperty("id").GetInt64());
        again.Say("{\"n\":5,\"text\":\"two\"}\n{\"n\":6,\"text\":\"three\"}\n");
        Assert.Equal("three\n", HearUntil(listener, "three\n"));
        HearUntil(again, "{\"ack\":6,\"seq\":3}\n");
    }

    [Fact]
    public void A_line_that_the_journal_did_not_get_was_never_said()
    {
        Venue first = Open();
        Guest ann = Greet(first, $$"""{"client":"{{Ann}}"}""");
        Guest listener = first.Join();
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        Assert.Equal("one\n", HearUntil(listener, "one\n"));
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        Disk.HoldWrites();
        ann.Say("{\"n\":2,\"text\":\"two\"}\n");
        TestDisk held = Disk;
        Kill();
        Assert.Equal("", listener.Hear());
        held.LetWrite();
        Venue second = Open();
        Guest again = Greet(second, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        Assert.Equal(2, hello.GetProperty("next").GetInt64());
        again.Say("{\"n\":2,\"text\":\"two\"}\n");
        HearUntil(again, "{\"ack\":2,\"seq\":2}\n");
    }

    [Fact]
    public void A_session_goes_on_from_its_position()
    {
        Venue first = Open();
        Guest ann = Greet(first, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        Guest speaker = first.Join();
        speaker.Say("one\ntwo\nthree\n");
        HearUntil(ann, "\"text\":\"three\"}\n");
        Kill();
        Venue second = Open();
        second.Join().Say("four\n");
        Guest again = Greet(second, $$"""{"client":"{{Ann}}","since":"{{hello.GetProperty("epoch").GetString()}}:1"}""", out JsonElement answer);
        Assert.False(answer.TryGetProperty("gap", out _));
        Assert.Equal(2, answer.GetProperty("first").GetInt64());
        Assert.Equal(["two", "three", "four"], Texts(HearUntil(again, "\"text\":\"four\"}\n")));
    }

    [Fact]
    public void After_a_restart_of_the_machine_a_position_is_good_up_to_what_was_kept()
    {
        Venue first = Open();
        Guest ann = Greet(first, $$"""{"client":"{{Ann}}"}""", out JsonElement hello);
        string epoch = hello.GetProperty("epoch").GetString()!;
        Guest speaker = first.Join();
        speaker.Say("one\ntwo\n");
        HearUntil(ann, "\"text\":\"two\"}\n");
        Kill();
        Disk.Boot = "another boot";
        Venue second = Open();
        Guest speaker2 = second.Join();
        speaker2.Say("three\n");
        Guest good = Greet(second, $$"""{"since":"{{epoch}}:2","name":"good"}""", out JsonElement answer);
        Assert.NotEqual(epoch, answer.GetProperty("epoch").GetString());
        Assert.False(answer.TryGetProperty("gap", out _));
        Assert.Equal($$"""[{"epoch":"{{epoch}}","last":2}]""", answer.GetProperty("epochs").GetRawText());
        Assert.Equal(["three"], Texts(HearUntil(good, "\"text\":\"three\"}\n")));

        // This client has got three lines more that the machine had not on its disk when the power failed.
        Guest lost = Greet(second, $$"""{"since":"{{epoch}}:5"}""", out answer);
        Assert.Equal(epoch, answer.GetProperty("gap").GetProperty("epoch").GetString());
        Assert.False(answer.GetProperty("gap").TryGetProperty("first", out _));
        Assert.Equal(["three"], Texts(HearUntil(lost, "\"name\":\"good\"}\n")));
    }

    [Fact]
    public void An_empty_file_behind_a_copy_that_is_put_back_begins_a_new_epoch()
    {
        Venue first = Open();
        Guest ann = Greet(first, "{}", out JsonElement hello);
        string epoch = hello.GetProperty("epoch").GetString()!;
        Guest speaker = first.Join();
        speaker.Say("one\n");
        HearUntil(ann, "\"text\":\"one\"}\n");
        Kill();
        File.WriteAllBytes(Path.Combine(Folder, "00999999999999999999.ndjson"), []);
        Venue second = Open();
        second.Join().Say("another two\n");
        Guest ahead = Greet(second, $$"""{"since":"{{epoch}}:2"}""", out JsonElement answer);
        Assert.Equal($$"""{"epoch":"{{epoch}}"}""", answer.GetProperty("gap").GetRawText());
        Assert.Equal($$"""[{"epoch":"{{epoch}}","last":1}]""", answer.GetProperty("epochs").GetRawText());
        Assert.Equal(["another two"], Texts(HearUntil(ahead, "\"text\":\"another two\"}\n")));
    }

    [Fact]
    public void Time_does_not_go_back()
    {
        Venue first = Open();
        first.Time.SetUtcNow(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Guest ann = Greet(first, "{}");
        first.Join().Say("one\n");
        HearUntil(ann, "\"text\":\"one\"}\n");
        Kill();
        Venue second = Open();
        Guest again = Greet(second, "{\"since\":\"all\"}");
        second.Join().Say("two\n");
        string heard = HearUntil(again, "\"text\":\"two\"}\n");
        Assert.Equal(2, heard.Split('\n').Count(line => line.StartsWith("{\"seq\"", StringComparison.Ordinal) && line.Contains("\"time\":\"2030-01-01T00:00:00.000Z\"")));
    }

    [Fact]
    public void Client_ids_are_not_in_the_files()
    {
        Venue first = Open();
        Guest ann = Greet(first, $$"""{"client":"{{Ann}}"}""");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        HearUntil(ann, "{\"ack\":1,\"seq\":1}\n");
        string all = string.Concat(Directory.GetFiles(Folder, "*.ndjson").Select(file =>
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }));
        Assert.Contains("\"text\":\"one\"", all);
        Assert.DoesNotContain(Ann, all);
    }
}
