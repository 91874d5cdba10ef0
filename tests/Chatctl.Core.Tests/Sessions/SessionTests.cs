using System.Text.Json;
using System.Text.RegularExpressions;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>Sessions and plain members in one room.</summary>
public sealed class SessionTests : IDisposable
{
    private const string Ann = "annannannannannannannann";
    private const string Bob = "bobbobbobbobbobbobbobbob";

    private static readonly RoomOptions Options = new() { MaxLineBytes = 64, BufferBytes = 2048 * RoomOptions.Segments };
    private Venue _venue = new(Options);

    public void Dispose() => _venue.Dispose();

    [Fact]
    public void A_line_of_a_session_reaches_plain_members_as_its_text()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"hello\"}\n");
        Assert.Equal("hello\n", plain.Hear());
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear());
    }

    [Fact]
    public void A_line_of_a_plain_member_reaches_sessions_with_its_number_and_no_name()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        plain.Say("hello\nwor");
        plain.Say("ld\n");
        Assert.Equal(["1 1 null hello", "2 1 null world"], Lines(ann));
    }

    [Fact]
    public void A_hello_is_found_however_it_is_cut()
    {
        string hello = $"CHATCTL/1 {{\"client\":\"{Ann}\",\"name\":\"ann\"}}\n{{\"n\":1,\"text\":\"x\"}}\n";
        for (int cut = 1; cut < hello.Length; cut++)
        {
            using var venue = new Venue(Options);
            Guest plain = venue.Join();
            Guest ann = venue.Join();
            ann.Say(hello[..cut]);
            ann.Hear();
            ann.Say(hello[cut..]);
            Assert.Equal("x\n", plain.Hear());
        }
    }

    [Fact]
    public void What_only_begins_like_a_hello_is_a_plain_line()
    {
        Guest plain = _venue.Join();
        foreach (string line in (string[])["CHATCTL/2 {}\n", "C\n", "CHATCTL/1\n", "chatctl\n"])
        {
            Guest other = _venue.Join();
            foreach (char c in line)
            {
                other.Say(c.ToString());
            }

            Assert.Equal(line, plain.Hear());
        }
    }

    [Fact]
    public void The_end_of_input_makes_the_beginning_of_a_hello_a_plain_line()
    {
        Guest plain = _venue.Join();
        Guest other = _venue.Join();
        other.Say("CHATCTL");
        other.Member.EndOfInput();
        Assert.Equal("CHATCTL\n", plain.Hear());
    }

    [Fact]
    public void A_session_changes_over_at_the_end_of_the_unit_that_is_being_sent()
    {
        Guest plain = _venue.Join();
        Guest ann = _venue.Join();
        plain.Say("one\ntwo\n");
        ann.Sip();
        ann.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        plain.Say("three\n");
        string heard = ann.Hear();
        Assert.StartsWith("ne\nCHATCTL/1 {", heard);
        Assert.EndsWith("\"from\":null,\"text\":\"three\"}\n", heard);
        Assert.DoesNotContain("two", heard);
    }

    [Fact]
    public void A_session_that_resumes_gets_each_line_once()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann", out string epoch);
        plain.Say("one\n");
        Assert.Equal(["1 1 null one"], Lines(ann));
        ann.Member.Leave();
        plain.Say("two\n");
        Guest again = Join($$"""{"client":"{{Ann}}","since":"{{epoch}}:1"}""");
        plain.Say("three\n");
        Assert.Equal(["2 1 null two", "3 1 null three"], Lines(again));
    }

    [Fact]
    public void A_line_that_is_sent_again_is_said_once()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n{\"n\":2,\"text\":\"two\"}\n");
        ann.Member.Leave();
        Guest again = Open(Ann, "ann");
        again.Say("{\"n\":1,\"text\":\"one\"}\n{\"n\":2,\"text\":\"two\"}\n{\"n\":3,\"text\":\"three\"}\n");
        Assert.Equal("one\ntwo\nthree\n", plain.Hear());
        Assert.EndsWith("{\"ack\":3,\"seq\":3}\n", again.Hear());
    }

    [Fact]
    public void What_a_session_was_to_get_counts_the_lines_of_others_only()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann", out string epoch);
        ann.Say("{\"n\":1,\"text\":\"one\"}\n{\"n\":2,\"text\":\"two\"}\n");
        plain.Say("three\n");
        Assert.Equal(3, _venue.Room.Figures().Deliveries);
        ann.Member.Leave();
        Join($$"""{"client":"{{Ann}}","since":"{{epoch}}:1"}""");
        plain.Say("four\n");
        Assert.Equal(5, _venue.Room.Figures().Deliveries);
    }

    [Fact]
    public void An_ack_waits_until_the_line_has_been_sent_to_the_others()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        Guest bob = Open(Bob, "bob");
        ann.Hear();
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        Assert.Equal("", ann.Hear());
        plain.Hear();
        Assert.Equal("", ann.Hear());
        int wakes = _venue.Wakes;
        bob.Hear();
        Assert.True(_venue.Wakes > wakes);
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear());
    }

    [Fact]
    public void Sessions_see_who_comes_and_goes_and_plain_members_do_not()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        Guest bob = Open(Bob, "Ann");
        bob.Say("{\"name\":\"bob\"}\n");
        Assert.Equal("{\"name\":\"bob\"}\n", bob.Hear());
        bob.Member.EndOfInput();
        bob.Member.Leave();
        string heard = Regex.Replace(ann.Hear(), "\"time\":\"[^\"]*\",", "");
        Assert.Equal(
            "{\"event\":\"join\",\"id\":3,\"name\":\"Ann-2\"}\n{\"event\":\"rename\",\"id\":3,\"name\":\"bob\",\"was\":\"Ann-2\"}\n"
                + "{\"event\":\"leave\",\"id\":3,\"name\":\"bob\",\"reason\":\"left\"}\n",
            heard);
        Assert.Equal("", plain.Hear());
    }

    [Fact]
    public void A_newer_connection_replaces_an_older_one_of_the_same_session()
    {
        Guest bob = Open(Bob, "bob");
        Guest ann = Open(Ann, "ann");
        bob.Hear();
        Guest newer = Open(Ann, "ann");
        Assert.True(ann.Member.IsEvicted);
        ann.Say("{\"n\":1,\"text\":\"late\"}\n");
        ann.Member.Leave();
        newer.Say("{\"n\":1,\"text\":\"one\"}\n");
        Assert.Equal(["1 2 ann one"], Lines(bob));
    }

    [Fact]
    public void A_newer_connection_with_another_name_renames_the_session()
    {
        Guest bob = Open(Bob, "bob");
        Open(Ann, "ann");
        bob.Hear();
        Open(Ann, "anna");
        Assert.EndsWith(",\"id\":2,\"name\":\"anna\",\"was\":\"ann\"}\n", bob.Hear());
    }

    [Fact]
    public void A_connection_that_was_replaced_does_not_count_as_a_plain_member()
    {
        _venue.Join();
        Open(Ann, "ann");
        Guest newer = Open(Ann, "ann");
        newer.Say("{\"who\":true}\n");
        Assert.Equal("{\"who\":[{\"id\":2,\"name\":\"ann\"}],\"plain\":1,\"more\":false}\n", newer.Hear());
    }

    [Fact]
    public void A_session_that_has_sent_no_line_ends_with_its_half_close_and_frees_its_name()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        plain.Say("one\n");
        ann.Say("{\"who\":true}\n");
        ann.Member.EndOfInput();
        plain.Say("two\n");
        Assert.Matches("^\\{\"who\":[^\n]*\n\\{\"seq\":1,[^\n]*\n$", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
        ann.Member.Leave();
        Join($$"""{"client":"{{Bob}}","name":"ann"}""", out JsonElement hello);
        Assert.Equal("ann", hello.GetProperty("name").GetString());
    }

    [Fact]
    public void A_session_that_resumes_only_to_half_close_gets_its_end()
    {
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        ann.Hear();
        ann.Member.Leave();
        Guest again = _venue.Join();
        again.Say($"CHATCTL/1 {{\"client\":\"{Ann}\"}}\n");
        Assert.EndsWith("}\n{\"ack\":1,\"seq\":1}\n", again.Hear());
        again.Member.EndOfInput();
        again.Hear(out Outbound end);
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_hello_that_comes_with_a_half_close_gets_the_past_and_the_end()
    {
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"text\":\"one\"}\n");
        Guest reader = _venue.Join();
        reader.Say("CHATCTL/1 {\"since\":\"all\"}");
        reader.Member.EndOfInput();
        Assert.Matches("^CHATCTL/1 [^\n]*\n\\{\"event\":\"join\"[^\n]*\n\\{\"seq\":1,[^\n]*\n$", reader.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_session_whose_only_line_was_refused_gets_its_end()
    {
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"a\\nb\"}\n");
        ann.Member.EndOfInput();
        Assert.StartsWith("{\"error\":\"terminator\"", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void A_unit_that_was_given_and_not_sent_is_given_again_before_an_answer()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        plain.Say("one\n");
        Assert.Equal(Outbound.Bytes, ann.Next());
        ann.Say("{\"who\":true}\n");
        Assert.Equal(Outbound.Bytes, ann.Next());
        Assert.Matches("^\\{\"seq\":1,[^\n]*\n\\{\"who\":[^\n]*\n$", ann.Hear());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{\"client\":\"short\"}")]
    [InlineData("{\"since\":\"yesterday\"}")]
    [InlineData("{\"name\":\"a\\u0007b\"}")]
    public void A_wrong_hello_gets_one_line_and_the_end(string hello)
    {
        Guest bad = _venue.Join();
        bad.Say($"CHATCTL/1 {hello}\n{{\"text\":\"ignored\"}}\n");
        string heard = bad.Hear(out Outbound end);
        Assert.Matches("^CHATCTL/1 \\{\"error\":\"[a-z]+\",\"message\":\"[^\"]+\"\\}\n$", heard);
        Assert.Equal(Outbound.CutOff, end);
        Assert.False(bad.Member.IsEvicted);
        _venue.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(bad.Member.IsEvicted);
    }

    [Fact]
    public void A_refused_line_is_named_and_the_session_goes_on()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"a\\nb\"}\n{\"n\":2,\"text\":\"c\"}\n");
        Assert.Equal("c\n", plain.Hear());
        Assert.Matches("^\\{\"error\":\"terminator\",\"message\":\"[^\"]+\",\"n\":1\\}\n\\{\"ack\":2,\"seq\":1\\}\n$", ann.Hear());
    }

    [Fact]
    public void A_session_whose_new_names_come_in_one_read_is_answered_and_not_reset()
    {
        const int Count = 10_000;
        Guest ann = Open(Ann, "ann");
        ann.Say(string.Concat(Enumerable.Range(0, Count).Select(i => $"{{\"name\":\"{i}\"}}\n")));
        Assert.False(ann.Member.IsEvicted);
        Assert.False(ann.Member.WantsInput);
        Assert.Equal(string.Concat(Enumerable.Range(0, Count).Select(i => $"{{\"name\":\"{i}\"}}\n")), ann.Hear());
        Assert.True(ann.Member.WantsInput);
    }

    [Fact]
    public void A_session_that_does_not_read_its_errors_is_not_read_from()
    {
        Guest ann = Open(Ann, "ann");
        int errors = 0;
        while (ann.Member.WantsInput)
        {
            Assert.True(++errors < 1000, "it is read from for ever");
            ann.Say("{\"n\":1,\"text\":\"a\\nb\"}\n");
        }

        int wakes = _venue.Wakes;
        Assert.Equal(errors, ann.Hear().Split('\n').Length - 1);
        Assert.True(_venue.Wakes > wakes);
        Assert.True(ann.Member.WantsInput);
    }

    [Fact]
    public void Who_is_answered_in_pages()
    {
        Guest ann = Open(Ann, "ann");
        for (int i = 0; i < 300; i++)
        {
            Open($"{Bob}{i}", $"bob{i}");
        }

        ann.Hear();
        ann.Say("{\"who\":true}\n{\"who\":true}\n");
        string[] pages = ann.Hear().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(pages.Length > 1);
        Assert.Equal(301, pages.Sum(page => JsonDocument.Parse(page).RootElement.GetProperty("who").GetArrayLength()));
        Assert.All(pages, page => Assert.True(page.Length < 5000));
        Assert.Equal([.. Enumerable.Repeat(true, pages.Length - 1), false], pages.Select(page => JsonDocument.Parse(page).RootElement.GetProperty("more").GetBoolean()));
    }

    [Fact]
    public void What_is_gone_of_the_past_is_named()
    {
        Use(Options with { History = 1 });
        Guest plain = _venue.Join();
        Guest ear = _venue.Join();
        for (int i = 1; i <= 1000; i++)
        {
            plain.Say($"line {i}\n");
            ear.Hear();
            plain.Hear();
        }

        Guest ann = Join($$"""{"client":"{{Ann}}","since":"all"}""", out JsonElement hello);
        long last = hello.GetProperty("gap").GetProperty("last").GetInt64();
        Assert.Equal(1, hello.GetProperty("gap").GetProperty("first").GetInt64());
        Assert.Equal(last + 1, hello.GetProperty("first").GetInt64());
        Assert.Equal(1001, hello.GetProperty("next").GetInt64());
        Assert.Equal(Enumerable.Range((int)last + 1, 1000 - (int)last).Select(i => $"{i} 1 null line {i}"), Lines(ann));
    }

    [Theory]
    [InlineData("3", 998)]
    [InlineData("\"3\"", 998)]
    [InlineData("\"10s\"", 990)]
    [InlineData("\"EPOCH:990\"", 991)]
    [InlineData("\"EPOCH:1000\"", 1001)]
    [InlineData("\"all\"", 1)]
    [InlineData("5000", 1)]
    public void The_past_is_found_by_number_time_and_position(string since, int first)
    {
        Use(Options with { History = 1 << 20, BufferBytes = 1 << 20 });
        Guest plain = _venue.Join();
        for (int i = 1; i <= 1000; i++)
        {
            _venue.Time.Advance(TimeSpan.FromSeconds(1));
            plain.Say($"line {i}\n");
            plain.Hear();
        }

        Open(Bob, "bob", out string epoch);
        Guest ann = Join($$"""{"client":"{{Ann}}","since":{{since.Replace("EPOCH", epoch)}}}""", out JsonElement hello);
        Assert.Equal(first, hello.GetProperty("first").GetInt64());
        Assert.False(hello.TryGetProperty("gap", out _));
        Assert.Equal(Enumerable.Range(first, 1001 - first).Select(i => $"{i} 1 null line {i}"), Lines(ann));
    }

    [Fact]
    public void A_position_of_another_epoch_is_told_and_one_of_the_future_is_refused()
    {
        Guest ann = Join($$"""{"client":"{{Ann}}","since":"other:7"}""", out JsonElement hello);
        Assert.Equal("other", hello.GetProperty("gap").GetProperty("epoch").GetString());
        Guest bad = _venue.Join();
        bad.Say($$"""CHATCTL/1 {"since":"{{hello.GetProperty("epoch").GetString()}}:1"}""" + "\n");
        Assert.StartsWith("CHATCTL/1 {\"error\":\"since\"", bad.Hear());
    }

    [Fact]
    public void A_slow_session_is_told_which_lines_it_misses()
    {
        Use(Options with { Slow = SlowPolicy.Skip, History = 1 });
        Guest plain = _venue.Join();
        Guest bob = Open(Bob, "bob");
        Guest ann = Open(Ann, "ann");
        ann.Hear();
        for (int i = 1; i <= 2000; i++)
        {
            plain.Say($"line {i}\n");
            plain.Hear();
            bob.Hear();
            ann.Next();
        }

        string[] heard = ann.Hear().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement skipped = JsonDocument.Parse(Assert.Single(heard, line => line.Contains("skipped"))).RootElement;
        long[] seqs = [.. heard.Where(line => line.StartsWith("{\"seq\"")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64())];
        long first = skipped.GetProperty("first").GetInt64(), last = skipped.GetProperty("last").GetInt64();
        Assert.Equal([.. Enumerable.Range(1, (int)first - 1), .. Enumerable.Range((int)last + 1, 2000 - (int)last)], seqs.Select(seq => (int)seq));
    }

    [Fact]
    public void A_finished_session_gets_its_acks_before_its_end()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        ann.Member.EndOfInput();
        ann.Hear(out Outbound end);
        Assert.Equal(Outbound.Nothing, end);
        plain.Hear();
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear(out end));
        Assert.Equal(Outbound.Finish, end);
    }

    [Fact]
    public void Sessions_alone_are_never_held_back_by_the_plain_log()
    {
        Guest ann = Open(Ann, "ann");
        Guest bob = Open(Bob, "bob");
        for (int i = 1; i <= 5000; i++)
        {
            Assert.True(ann.Member.WantsInput);
            ann.Say($"{{\"n\":{i},\"text\":\"line {i}\"}}\n");
            bob.Hear();
            ann.Hear();
        }
    }

    [Fact]
    public void A_crowd_that_comes_at_once_is_counted()
    {
        Guest ann = Open(Ann, "ann");
        ann.Hear();
        for (int i = 0; i < 250; i++)
        {
            Open($"{Bob}{i}", "bob");
        }

        Assert.Equal(99, ann.Hear().Split('\n').Count(line => line.Contains("join")));
        _venue.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("\"joined\":151,\"left\":0,\"renamed\":0", ann.Hear());
    }

    [Fact]
    public void Without_sessions_a_hello_is_a_line()
    {
        Use(Options with { Sessions = false });
        Guest plain = _venue.Join();
        _venue.Join().Say("CHATCTL/1 {}\n");
        Assert.Equal("CHATCTL/1 {}\n", plain.Hear());
    }

    [Fact]
    public void A_draining_room_acknowledges_what_it_has_taken()
    {
        Guest plain = _venue.Join();
        Guest ann = Open(Ann, "ann");
        ann.Say("{\"n\":1,\"text\":\"one\"}\n");
        _venue.Room.Drain();
        Assert.Equal("one\n", plain.Hear());
        Assert.Equal("{\"ack\":1,\"seq\":1}\n", ann.Hear(out Outbound end));
        Assert.Equal(Outbound.Finish, end);
    }

    private void Use(RoomOptions options)
    {
        _venue.Dispose();
        _venue = new Venue(options);
    }

    private Guest Open(string client, string name) => Open(client, name, out _);

    private Guest Open(string client, string name, out string epoch)
    {
        Guest guest = Join($$"""{"client":"{{client}}","name":"{{name}}"}""", out JsonElement hello);
        epoch = hello.GetProperty("epoch").GetString()!;
        return guest;
    }

    private Guest Join(string hello) => Join(hello, out _);

    private Guest Join(string hello, out JsonElement answer)
    {
        Guest guest = _venue.Join();
        guest.Say($"CHATCTL/1 {hello}\n");
        byte[] scratch = new byte[64 << 10];
        Assert.Equal(Outbound.Bytes, guest.Member.Pending(scratch, out ReadOnlyMemory<byte> first));
        string line = System.Text.Encoding.UTF8.GetString(first.Span);
        guest.Member.Sent(first.Length);
        Assert.Matches("^CHATCTL/1 [^\n]*\n$", line);
        answer = JsonDocument.Parse(line["CHATCTL/1 ".Length..]).RootElement;
        return guest;
    }

    private static List<string> Lines(Guest guest) =>
        [.. guest.Hear().Split('\n').Where(line => line.StartsWith("{\"seq\"")).Select(line => JsonDocument.Parse(line).RootElement).Select(line =>
            $"{line.GetProperty("seq")} {line.GetProperty("id")} {line.GetProperty("from").GetString() ?? "null"} {line.GetProperty("text").GetString()}")];
}
