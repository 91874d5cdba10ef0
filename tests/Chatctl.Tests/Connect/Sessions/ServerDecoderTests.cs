using System.Text;
using Chatctl.Cli;
using Chatctl.Connect.Sessions;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>How what a server says is understood.</summary>
public sealed class ServerDecoderTests
{
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const string Hello = "CHATCTL/1 {\"room\":\"main\",\"epoch\":\"aaaa\",\"first\":5,\"next\":6,\"id\":7,\"name\":\"ann\",\"client\":\"" + Id + "\",\"resumed\":true,\"maxText\":100}\n";
    private const string Said = "{\"seq\":5,\"time\":\"2026-11-26T20:29:58.020Z\",\"id\":8,\"from\":\"bob\",\"text\":\"h\\u00e9 \\\"you\\\"\"}\r\n";

    private static readonly string[] Understood = ["welcome aaaa 5 ann True", "said 5 bob hé \"you\""];

    [Fact]
    public void A_hello_and_a_line_may_be_split_at_each_byte()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("before\n" + Hello + Said);
        for (int at = 0; at <= bytes.Length; at++)
        {
            var told = new Told();
            var decoder = new ServerDecoder("peer", Id, told);
            decoder.Read(bytes.AsSpan(0, at));
            decoder.Read(bytes.AsSpan(at));
            Assert.Equal(Understood, told.Lines);
        }
    }

    [Fact]
    public void Lines_before_the_hello_are_ignored_also_in_a_room_whose_lines_end_with_NUL()
    {
        Assert.Equal(Understood, Read("one\0two\n" + new string('x', 10_000) + "\0" + Said + Hello + Said));
    }

    [Fact]
    public void A_hello_without_the_id_of_this_client_is_a_line_of_the_room()
    {
        Assert.Equal(Understood, Read(Hello.Replace(Id, Id.Replace('0', '1'), StringComparison.Ordinal) + Hello.Replace(Id, "", StringComparison.Ordinal) + Hello + Said));
    }

    [Fact]
    public void A_refusal_counts_only_if_nothing_follows()
    {
        var decoder = new ServerDecoder("peer", Id, new Told());
        decoder.Read("CHATCTL/1 {\"error\":\"name\",\"message\":\"no\"}\n"u8);
        Assert.Equal("no", decoder.Refusal?.Message);
        decoder.Read("more\n"u8);
        Assert.Null(decoder.Refusal);
    }

    [Fact]
    public void Each_object_is_told()
    {
        string[] told = Read(Hello + """
            {"ack":3,"seq":1050}
            {"error":"terminator","message":"bad","n":4}
            {"name":"anna"}
            {"who":[{"id":7,"name":"ann"},{"id":6,"name":null},{"id":8,"name":"bob"}],"plain":2,"more":true}
            {"event":"join","time":"t","id":9,"name":"eve"}
            {"event":"join","time":"t","id":10,"name":null}
            {"event":"leave","time":"t","id":10,"name":null,"reason":"session"}
            {"event":"leave","time":"t","id":9,"name":"eve","reason":"lost"}
            {"event":"rename","time":"t","id":9,"name":"eva","was":"eve"}
            {"event":"crowd","time":"t","joined":120,"left":80,"renamed":1}
            {"event":"skipped","first":1010,"last":1039}
            {"event":"of tomorrow","first":"x"}
            {"of":{"tomorrow":[1,{"deep":true}]}}
            {"seq":6,"time":"t","id":3,"from":null,"base64":"/w=="}

            """);
        Assert.Equal(
            [
                Understood[0], "ack 3 1050", "refused terminator bad 4 False", "named anna", "who 7 ann, 8 bob 2 True", "Join 9 eve", "Join 10 (plain)", "Leave 10 (plain) session", "Leave 9 eve lost", "Rename 9 eva eve",
                "Crowd 120 80 1", "skipped 1010 1039", "said 6 (plain) FF",
            ],
            told);
    }

    [Fact]
    public void Members_may_come_in_any_order_and_what_an_object_is_does_not_depend_on_it()
    {
        string[] told = Read(Hello + """
            {"text":"hi","more":{"text":"no"},"from":"bob","id":8,"time":"t","seq":5}
            {"seq":6,"ack":3}
            {"text":"hi","seq":6,"event":"of tomorrow"}
            {"seq":6,"text":"hi","id":8,"from":null,"name":"a line with a name"}

            """);
        Assert.Equal([Understood[0], "said 5 bob hi", "ack 3 6", "said 6 (plain) hi"], told);
    }

    [Fact]
    public void Lines_and_acks_cost_no_allocation()
    {
        var ignored = new Ignored();
        var decoder = new ServerDecoder("peer", Id, ignored);
        decoder.Read(Encoding.UTF8.GetBytes(Hello));
        byte[] lines = Encoding.UTF8.GetBytes(Said + """
            {"seq":6,"time":"t","id":9,"from":"eve","text":"hi","of tomorrow":[1]}
            {"seq":7,"time":"t","id":3,"from":null,"base64":"/w=="}
            {"ack":3,"seq":1050}

            """);
        decoder.Read(lines);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            decoder.Read(lines);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.Equal(4 * 1001, ignored.Count);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("{\"seq\":5,\"time\":\"t\",\"id\":1,\"text\":7}")]
    [InlineData("{\"seq\":5,\"time\":\"t\",\"id\":1,\"text\":\"\\ud800\"}")]
    [InlineData("{\"ack\":1,\"seq\":2} more")]
    [InlineData("{\"ack\":1")]
    [InlineData("{\"seq\":5,\"time\":\"t\",\"id\":1,\"base64\":\"*\"}")]
    [InlineData("{\"seq\":5,\"time\":\"t\",\"id\":1}")]
    [InlineData("{\"ack\":0,\"seq\":2}")]
    [InlineData("{\"error\":7}")]
    [InlineData("{\"who\":true}")]
    [InlineData("{\"event\":\"join\",\"id\":9}")]
    [InlineData("{\"event\":\"rename\",\"id\":9,\"name\":null,\"was\":\"eve\"}")]
    [InlineData("{\"event\":\"skipped\",\"first\":7,\"last\":6}")]
    public void A_broken_line_ends_the_session_with_one_clear_message(string line)
    {
        ConnectionException failure = Assert.Throws<ConnectionException>(() => Read(Hello + line + "\n"));
        Assert.StartsWith("peer has sent a line that is not of a session: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_longer_than_any_can_be_ends_the_session()
    {
        ConnectionException failure = Assert.Throws<ConnectionException>(() => Read(Hello + new string(' ', 10_000)));
        Assert.StartsWith("peer has sent a line of more than ", failure.Message, StringComparison.Ordinal);
    }

    private static string[] Read(string text)
    {
        var told = new Told();
        new ServerDecoder("peer", Id, told).Read(Encoding.UTF8.GetBytes(text));
        return [.. told.Lines];
    }

    private sealed class Told : IServerListener
    {
        public List<string> Lines { get; } = [];

        public void Welcomed(ServerHello hello) => Lines.Add($"welcome {hello.Epoch} {hello.First} {hello.Name} {hello.IsResumed}");

        public void Said(in SaidLine line) => Lines.Add(
            $"said {line.Seq} {line.From ?? "(plain)"} {(line.Text[0] != 0xff ? Encoding.UTF8.GetString(line.Text) : Convert.ToHexString(line.Text))}");

        public void Acknowledged(long n, long seq) => Lines.Add($"ack {n} {seq}");

        public void Refused(ServerError error) => Lines.Add($"refused {error.Code} {error.Message} {error.N} {error.IsFatal}");

        public void Named(string name) => Lines.Add($"named {name}");

        public void Present(WhoPage page) => Lines.Add($"who {string.Join(", ", page.Sessions.Select(session => $"{session.Id} {session.Name}"))} {page.Plain} {page.HasMore}");

        public void Happened(Presence what, ReadOnlySpan<byte> raw) => Lines.Add(what.Kind switch
        {
            PresenceKind.Crowd => $"Crowd {what.Joined} {what.Left} {what.Renamed}",
            _ => $"{what.Kind} {what.Id} {what.Name ?? "(plain)"} {what.Reason}{what.Was}".TrimEnd(),
        });

        public void Skipped(long first, long last, ReadOnlySpan<byte> raw) => Lines.Add($"skipped {first} {last}");
    }

    private sealed class Ignored : IServerListener
    {
        public int Count { get; private set; }

        public void Welcomed(ServerHello hello)
        {
            // It comes once and is not counted.
        }

        public void Said(in SaidLine line) => Count++;

        public void Acknowledged(long n, long seq) => Count++;

        public void Refused(ServerError error) => throw new NotSupportedException();

        public void Named(string name) => throw new NotSupportedException();

        public void Present(WhoPage page) => throw new NotSupportedException();

        public void Happened(Presence what, ReadOnlySpan<byte> raw) => throw new NotSupportedException();

        public void Skipped(long first, long last, ReadOnlySpan<byte> raw) => throw new NotSupportedException();
    }
}
