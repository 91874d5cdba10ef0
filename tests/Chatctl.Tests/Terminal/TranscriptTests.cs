using System.Text;
using Chatctl.Connect.Sessions;
using Chatctl.Terminal;
using CsCheck;

namespace Chatctl.Tests.Terminal;

/// <summary>What a session looks like on a terminal.</summary>
public sealed class TranscriptTests
{
    private readonly Transcript _plain = new(Palette.None);
    private readonly Transcript _styled = new(Palette.Few);

    [Fact]
    public void A_line_shows_who_said_it()
    {
        Assert.Equal("bob: hi\n", _plain.Said("bob", 7, "hi"u8));
        Assert.Equal("\e[31mbob\e[39m: hi\n", _styled.Said("bob", 7, "hi"u8));
        Assert.Equal("#3: hi\n", _plain.Said(null, 3, "hi"u8));
        Assert.Equal("\e[2m#3:\e[22m hi\n", _styled.Said(null, 3, "hi"u8));
        Assert.Equal("2026-11-26T20:29:58.020Z bob: hi\n", _plain.Said("bob", 7, "hi"u8, "2026-11-26T20:29:58.020Z"));
    }

    [Theory]
    [InlineData("crlf\r", "crlf")]
    [InlineData("two\nlines", "two^Jlines")]
    [InlineData("\e[2J\u009b\u202e\u200b\tx", "^[[2J\\u{9b}\\u{202e}\\u{200b}\tx")]
    public void A_text_stays_one_line_and_commands_nothing(string text, string shown) =>
        Assert.Equal($"#3: {shown}\n", _plain.Said(null, 3, Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_not_text_are_shown() => Assert.Equal("#3: a\\xff\n", _plain.Said(null, 3, [(byte)'a', 0xff]));

    [Fact]
    public void Who_comes_and_goes_has_a_dim_line()
    {
        Assert.Equal("\e[2mann has joined\e[22m\n", _styled.Happened(new Presence(PresenceKind.Join, "") { Name = "ann" }));
        Assert.Equal("ann has left\n", _plain.Happened(new Presence(PresenceKind.Leave, "") { Name = "ann", Reason = "left" }));
        Assert.Equal("bob has left (lost)\n", _plain.Happened(new Presence(PresenceKind.Leave, "") { Name = "bob", Reason = "lost" }));
        Assert.Equal("#3 has left (lost)\n", _plain.Happened(new Presence(PresenceKind.Leave, "") { Id = 3, Reason = "lost" }));
        Assert.Equal("eve is now eva\n", _plain.Happened(new Presence(PresenceKind.Rename, "") { Name = "eva", Was = "eve" }));
        Assert.Equal("120 joined, 80 left\n", _plain.Happened(new Presence(PresenceKind.Crowd, "") { Joined = 120, Left = 80 }));
        Assert.Equal("3 renamed\n", _plain.Happened(new Presence(PresenceKind.Crowd, "") { Renamed = 3 }));
    }

    [Fact]
    public void What_does_not_come_is_told_exactly()
    {
        Assert.Equal("\e[2mlines 1010 to 1039 were skipped\e[22m\n", _styled.Skipped(1010, 1039));
        Assert.Equal("line 7 was skipped\n", _plain.Skipped(7, 7));
        Assert.Equal("not said: too long: he^[llo\n", _plain.Refused("he\ello", "too long"));
        Assert.Equal("the name is taken\n", _plain.Refused(null, "the name is taken"));
    }

    [Theory]
    [InlineData(80, "here: ann, bob, 日本語, 2 without a name\n")]
    [InlineData(16, "here: ann, bob,\n日本語,\n2 without a name\n")]
    [InlineData(15, "here: ann, bob,\n日本語,\n2 without a name\n")]
    [InlineData(14, "here: ann,\nbob, 日本語,\n2 without a name\n")]
    [InlineData(1, "here:\nann,\nbob,\n日本語,\n2 without a name\n")]
    public void Those_who_are_here_are_wrapped_between_names(int columns, string shown) =>
        Assert.Equal(shown, _plain.Who(["ann", "bob", "日本語"], 2, columns));

    [Fact]
    public void Help_names_every_command_and_fits_a_narrow_terminal()
    {
        Assert.All(Intention.Commands, command => Assert.Contains($"\n{command}", "\n" + _plain.Help, StringComparison.Ordinal));
        Assert.All(_plain.Help.Split('\n'), line => Assert.InRange(line.Length, 0, 40));
    }

    [Theory]
    [InlineData("", "?")]
    [InlineData("\e[2J", "\\u{1b}[2J")]
    [InlineData("a\nbob: hi", "a\\nbob: hi")]
    [InlineData("\u202eeve\u200b", "\\u{202e}eve\\u{200b}")]
    [InlineData("👩\u200d💻", "👩\u200d💻")]
    public void A_name_commands_nothing(string name, string shown)
    {
        Assert.Equal($"{shown}: hi\n", _plain.Said(name, 7, "hi"u8));
        Assert.Equal($"{shown} has joined\n", _plain.Happened(new Presence(PresenceKind.Join, "") { Name = name }));
    }

    [Fact]
    public void A_name_that_floods_is_cut()
    {
        string flood = "e" + new string('\u0301', 5000);
        Assert.Equal($"{flood[..32]}…: hi\n", _plain.Said(flood, 7, "hi"u8));
        Assert.Equal(32, Transcript.NameOf(string.Concat(Enumerable.Repeat("😀", 32))).EnumerateRunes().Count());
    }

    [Fact]
    public void Whatever_a_server_sends_is_one_line_of_text_that_can_be_seen()
    {
        Gen<string> hostile = Gen.OneOf(
            Gen.OneOf("\e", "\e[2J", "\e]0;x\a", "\n", "\r", "\r\n", "\u0085", "\u009b", "\u202e", "\u2066", "\u2028", "\u200b", "\u200d", "\0", "\b", "\u007f", "\udc00"),
            Gen.OneOf("bob", "日", "😀", "\u0301", " ", "\t"),
            Gen.String[0, 5]).Array[0, 8].Select(string.Concat);
        Gen.Select(hostile, hostile, hostile).Sample((one, two, three) =>
        {
            string[] shown =
            [
                _plain.Said(one, 1, Encoding.UTF8.GetBytes(two), three),
                _plain.Said(null, 1, Encoding.UTF8.GetBytes(two)),
                Transcript.Unacknowledged(one, two) + "\n",
                _plain.Happened(new Presence(PresenceKind.Join, three) { Name = one }),
                _plain.Happened(new Presence(PresenceKind.Leave, three) { Name = one, Reason = two }),
                _plain.Happened(new Presence(PresenceKind.Rename, three) { Name = one, Was = two }),
                _plain.Refused(one, two),
                _plain.Refused(null, two),
                _plain.Note(one),
                _plain.Who([one + two + three], 0, 10_000),
            ];
            Assert.All(shown, line =>
            {
                Assert.EndsWith("\n", line, StringComparison.Ordinal);
                Assert.DoesNotContain(line[..^1], c => (char.IsControl(c) && c != '\t') || c is '\u200b' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));
            });
        });
    }
}
