using System.Text;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Tests.Sessions;

public sealed class SessionEncoderTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 26, 21, 29, 58, 20, TimeSpan.FromHours(1));

    private readonly SessionEncoder _encoder = new();

    [Fact]
    public void Each_line_and_event_has_its_members_in_order()
    {
        _encoder.Line(1042, Time, 8, SessionEncoder.Quote("b\"ob"), "hi \"there\"\\ \t\u0001 é 😀 \u2028"u8);
        Expect("""{"seq":1042,"time":"2026-11-26T20:29:58.020Z","id":8,"from":"b\"ob","text":"hi \"there\"\\ \t\u0001 é 😀 """ + "\u2028\"}");
        _encoder.Line(1043, Time.AddMilliseconds(1), 3, SessionEncoder.Nobody, [0xff]);
        Expect("""{"seq":1043,"time":"2026-11-26T20:29:58.021Z","id":3,"from":null,"base64":"/w=="}""");
        _encoder.Join(Time, 9, "eve");
        Expect("""{"event":"join","time":"2026-11-26T20:29:58.020Z","id":9,"name":"eve"}""");
        _encoder.Leave(Time, 9, "eve", "left");
        Expect("""{"event":"leave","time":"2026-11-26T20:29:58.020Z","id":9,"name":"eve","reason":"left"}""");
        _encoder.Rename(Time, 9, "eva", "eve");
        Expect("""{"event":"rename","time":"2026-11-26T20:29:58.020Z","id":9,"name":"eva","was":"eve"}""");
        _encoder.Crowd(Time, 120, 80, 0);
        Expect("""{"event":"crowd","time":"2026-11-26T20:29:58.020Z","joined":120,"left":80,"renamed":0}""");
    }

    [Fact]
    public void Each_answer_has_its_members_in_order()
    {
        _encoder.Skipped(1010, 1039);
        Expect("""{"event":"skipped","first":1010,"last":1039}""");
        _encoder.Ack(3, 1050);
        Expect("""{"ack":3,"seq":1050}""");
        _encoder.Error(new Fault(Fault.Terminator, "no"), n: 4, fatal: false);
        Expect("""{"error":"terminator","message":"no","n":4}""");
        _encoder.Error(new Fault(Fault.Json, "no"), n: 0, fatal: true);
        Expect("""{"error":"json","message":"no","fatal":true}""");
        _encoder.Name("anna");
        Expect("""{"name":"anna"}""");
        _encoder.RefuseHello(new Fault(Fault.Client, "no"));
        Expect("""CHATCTL/1 {"error":"client","message":"no"}""");
    }

    [Fact]
    public void A_hello_says_what_is_gone_if_something_is()
    {
        var hello = new ServerHello("main", "k3f9q2xw", 1042, 1044, null, 7, "ann", "5f0c", true, 65535);
        _encoder.Hello(hello);
        Expect("""CHATCTL/1 {"room":"main","epoch":"k3f9q2xw","first":1042,"next":1044,"id":7,"name":"ann","client":"5f0c","resumed":true,"maxText":65535}""");
        _encoder.Hello(hello with { Epochs = [("a1b2c3d4", 7), ("e5f6g7h8", 1041)] });
        Expect("""CHATCTL/1 {"room":"main","epoch":"k3f9q2xw","first":1042,"next":1044,"id":7,"name":"ann","client":"5f0c","resumed":true,"maxText":65535,"epochs":[{"epoch":"a1b2c3d4","last":7},{"epoch":"e5f6g7h8","last":1041}]}""");
        ExpectGap(new Gap(null, (990, 1029)), """{"first":990,"last":1029}""");
        ExpectGap(new Gap("a1b2c3d4", null), """{"epoch":"a1b2c3d4"}""");
        ExpectGap(new Gap("a1b2c3d4", (1, 2)), """{"epoch":"a1b2c3d4","first":1,"last":2}""");

        void ExpectGap(Gap gap, string json)
        {
            _encoder.Hello(hello with { Gap = gap, Resumed = false });
            Expect($$"""CHATCTL/1 {"room":"main","epoch":"k3f9q2xw","first":1042,"next":1044,"gap":{{json}},"id":7,"name":"ann","client":"5f0c","resumed":false,"maxText":65535}""");
        }
    }

    [Fact]
    public void Who_is_there_is_told_in_pages()
    {
        _encoder.BeginWho();
        _encoder.EndWho(2, more: false);
        Expect("""{"who":[],"plain":2,"more":false}""");
        _encoder.BeginWho();
        Assert.True(_encoder.AddToWho(7, "ann"));
        Assert.True(_encoder.AddToWho(8, "bob"));
        _encoder.EndWho(0, more: true);
        Expect("""{"who":[{"id":7,"name":"ann"},{"id":8,"name":"bob"}],"plain":0,"more":true}""");

        _encoder.BeginWho();
        int sessions = 1;
        for (; _encoder.AddToWho(sessions, "someone"); sessions++)
        {
        }

        _encoder.EndWho(0, more: true);
        Assert.InRange(_encoder.Written.Length, 4096, 4200);
        Assert.InRange(sessions, 100, 200);
    }

    [Fact]
    public void A_line_is_known_by_its_first_bytes_whatever_its_text_is()
    {
        string text = """{"seq":7,"time":"x"}""";
        _encoder.Line(long.MaxValue, Time, 1, SessionEncoder.Quote(text), Encoding.UTF8.GetBytes(text));
        int start = _encoder.Written.Span.LastIndexOf(SessionUnit.LineStart);
        Assert.Equal(0, start);
        Assert.Equal(long.MaxValue, SessionUnit.Seq(_encoder.Written.Span));
        Assert.Equal("2026-11-26T20:29:58.020Z", Encoding.UTF8.GetString(SessionUnit.Time(_encoder.Written.Span)));
        _encoder.Clear();

        _encoder.Leave(Time, 1, text, text);
        Assert.Equal(-1, _encoder.Written.Span.IndexOf(SessionUnit.LineStart));
        Assert.Equal(-1, SessionUnit.Seq(_encoder.Written.Span));
        Assert.Equal("2026-11-26T20:29:58.020Z", Encoding.UTF8.GetString(SessionUnit.Time(_encoder.Written.Span)));
    }

    [Fact]
    public void After_a_warm_up_a_line_and_an_ack_allocate_nothing()
    {
        var decoder = new MessageDecoder(1024, (byte)'\n');
        byte[] from = SessionEncoder.Quote("ann");
        DateTimeOffset time = Time;
        Talk();

        // A new level of optimisation may allocate once. An allocation a line would show in every attempt.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Talk();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void Talk()
        {
            for (int i = 0; i < 1000; i++)
            {
                _encoder.Clear();
                decoder.Decode("""{"n":1,"text":"hello \"you\" \u00e9"}"""u8, out ClientMessage message);
                time = time.AddMilliseconds(0.5);
                _encoder.Line(i, time, 1, from, message.Text);
                decoder.Decode("""{"n":1,"base64":"\/w=="}"""u8, out message);
                _encoder.Line(i, time, 1, from, message.Text);
                _encoder.Ack(1, i);
            }
        }
    }

    private void Expect(string line)
    {
        Assert.Equal(line + "\n", Encoding.UTF8.GetString(_encoder.Written.Span));
        _encoder.Clear();
    }
}
