using System.Text.Unicode;

namespace Chatctl.Core.Sessions;

/// <summary>Writes what a server sends to sessions. Each call writes whole lines, with their line ends.</summary>
/// <remarks>
/// <para>
/// It is for one thread at a time. What it writes collects until <see cref="Clear"/>. A call allocates nothing, but for what the memory needs to grow.
/// </para>
/// <para>Members have the order of docs/protocol.md. Only a line begins with <c>{"seq":</c>, and these bytes are nowhere else: a quote in a text is escaped.</para>
/// </remarks>
internal sealed class SessionEncoder
{
    /// <summary>When a page of who is full, in bytes.</summary>
    private const int FullPage = 4096;

    private readonly JsonOutput _json = new();
    private int _pageBytes;

    /// <summary>The sender of a line that a plain member says, in place of a name.</summary>
    public static ReadOnlySpan<byte> Nobody => "null"u8;

    /// <summary>What has been written. Valid until something is written after <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _json.Written;

    /// <summary>Begins anew.</summary>
    public void Clear() => _json.Clear();

    /// <summary>Makes the bytes of a name that <see cref="Line"/> needs, so that they are made once and not for each line.</summary>
    public static byte[] Quote(string name) => new JsonOutput().String(name).Written.ToArray();

    /// <summary>A line of the room.</summary>
    /// <param name="seq">Its number.</param>
    /// <param name="time">When it was said.</param>
    /// <param name="id">The number of the member that said it.</param>
    /// <param name="from">The name from <see cref="Quote"/>, or <see cref="Nobody"/>.</param>
    /// <param name="text">The text without its line end. What is not UTF-8 is written as base64.</param>
    public void Line(long seq, DateTimeOffset time, long id, ReadOnlySpan<byte> from, ReadOnlySpan<byte> text)
    {
        _json.Raw("{\"seq\":"u8).Number(seq).Raw(",\"time\":"u8).Time(time).Raw(",\"id\":"u8).Number(id).Raw(",\"from\":"u8).Raw(from);
        if (Utf8.IsValid(text))
        {
            _json.Raw(",\"text\":"u8).String(text);
        }
        else
        {
            _json.Raw(",\"base64\":"u8).Base64(text);
        }

        _json.Raw("}\n"u8);
    }

    /// <summary>The event that a session has begun, or that a plain member, which has no name, has joined.</summary>
    public void Join(DateTimeOffset time, long id, string? name)
    {
        NameOf(Event("join"u8, time), id, name).Raw("}\n"u8);
    }

    /// <summary>The event that a session has ended, or that a plain member, which has no name, has left.</summary>
    public void Leave(DateTimeOffset time, long id, string? name, string reason)
    {
        NameOf(Event("leave"u8, time), id, name).Raw(",\"reason\":"u8).String(reason).Raw("}\n"u8);
    }

    /// <summary>The event that a session has another name.</summary>
    public void Rename(DateTimeOffset time, long id, string name, string was)
    {
        NameOf(Event("rename"u8, time), id, name).Raw(",\"was\":"u8).String(was).Raw("}\n"u8);
    }

    /// <summary>The event that more sessions have come, gone or changed their names than can be told one by one.</summary>
    public void Crowd(DateTimeOffset time, long joined, long left, long renamed)
    {
        Event("crowd"u8, time).Raw(",\"joined\":"u8).Number(joined).Raw(",\"left\":"u8).Number(left)
            .Raw(",\"renamed\":"u8).Number(renamed).Raw("}\n"u8);
    }

    /// <summary>The news to one member that some lines are not sent to it.</summary>
    public void Skipped(long first, long last)
    {
        _json.Raw("{\"event\":\"skipped\",\"first\":"u8).Number(first).Raw(",\"last\":"u8).Number(last).Raw("}\n"u8);
    }

    /// <summary>The news that all lines of a client up to <paramref name="n"/> have been taken.</summary>
    public void Ack(long n, long seq)
    {
        _json.Raw("{\"ack\":"u8).Number(n).Raw(",\"seq\":"u8).Number(seq).Raw("}\n"u8);
    }

    /// <summary>The news that something was not accepted.</summary>
    /// <param name="fault">What was wrong.</param>
    /// <param name="n">The line's number, if it was a line with a number; 0 if not.</param>
    /// <param name="fatal">Whether the session ends.</param>
    public void Error(Fault fault, long n, bool fatal)
    {
        _json.Raw("{\"error\":"u8).String(fault.Code).Raw(",\"message\":"u8).String(fault.Message);
        if (n != 0)
        {
            _json.Raw(",\"n\":"u8).Number(n);
        }

        _json.Raw(fatal ? ",\"fatal\":true}\n"u8 : "}\n"u8);
    }

    /// <summary>The answer to a member that wants another name.</summary>
    public void Name(string name)
    {
        _json.Raw("{\"name\":"u8).String(name).Raw("}\n"u8);
    }

    /// <summary>Begins a page of the answer to who. Sessions follow, and then the end.</summary>
    public void BeginWho()
    {
        _json.Raw("{\"who\":["u8);
        _pageBytes = 0;
    }

    /// <summary>Adds a session to the page, or a plain member, which has no name.</summary>
    /// <returns>Whether the page has room for another one. If not, end it and begin the next.</returns>
    public bool AddToWho(long id, string? name)
    {
        int before = _json.Length;
        _json.Raw(_pageBytes == 0 ? "{\"id\":"u8 : ",{\"id\":"u8).Number(id);
        NameOf(_json, name).Raw("}"u8);
        _pageBytes += _json.Length - before;
        return _pageBytes < FullPage;
    }

    /// <summary>Ends a page.</summary>
    /// <param name="plain">How many plain members there are.</param>
    /// <param name="more">Whether another page follows.</param>
    public void EndWho(long plain, bool more)
    {
        _json.Raw("],\"plain\":"u8).Number(plain).Raw(more ? ",\"more\":true}\n"u8 : ",\"more\":false}\n"u8);
    }

    /// <summary>The server's hello.</summary>
    public void Hello(ServerHello hello)
    {
        _json.Raw(SessionWire.Prefix).Raw("{\"room\":"u8).String(hello.Room).Raw(",\"epoch\":"u8).String(hello.Epoch)
            .Raw(",\"first\":"u8).Number(hello.First).Raw(",\"next\":"u8).Number(hello.Next);
        if (hello.Gap is { } gap)
        {
            Gap(gap);
        }

        _json.Raw(",\"id\":"u8).Number(hello.Id).Raw(",\"name\":"u8).String(hello.Name).Raw(",\"client\":"u8).String(hello.Client)
            .Raw(hello.Resumed ? ",\"resumed\":true"u8 : ",\"resumed\":false"u8).Raw(",\"maxText\":"u8).Number(hello.MaxText);
        Epochs(hello.Epochs ?? []);
        if (hello.Rights is { } rights)
        {
            _json.Raw(",\"rights\":"u8).String(rights);
        }

        _json.Raw("}\n"u8);
    }

    /// <summary>The answer to a hello that cannot be accepted.</summary>
    public void RefuseHello(Fault fault)
    {
        _json.Raw(SessionWire.Prefix);
        Error(fault, n: 0, fatal: false);
    }

    private static JsonOutput NameOf(JsonOutput json, long id, string? name) => NameOf(json.Raw(",\"id\":"u8).Number(id), name);

    private static JsonOutput NameOf(JsonOutput json, string? name)
    {
        json.Raw(",\"name\":"u8);
        return name is null ? json.Raw(Nobody) : json.String(name);
    }

    private JsonOutput Event(ReadOnlySpan<byte> name, DateTimeOffset time) =>
        _json.Raw("{\"event\":\""u8).Raw(name).Raw("\",\"time\":"u8).Time(time);

    private void Epochs(IReadOnlyList<(string Epoch, long Last)> epochs)
    {
        for (int i = 0; i < epochs.Count; i++)
        {
            _json.Raw(i == 0 ? ",\"epochs\":[{\"epoch\":"u8 : ",{\"epoch\":"u8).String(epochs[i].Epoch).Raw(",\"last\":"u8).Number(epochs[i].Last).Raw("}"u8);
        }

        _json.Raw(epochs.Count > 0 ? "]"u8 : ""u8);
    }

    private void Gap(Gap gap)
    {
        _json.Raw(",\"gap\":{"u8);
        if (gap.Epoch is not null)
        {
            _json.Raw("\"epoch\":"u8).String(gap.Epoch);
        }

        if (gap.Lines is var (first, last))
        {
            _json.Raw(gap.Epoch is null ? "\"first\":"u8 : ",\"first\":"u8).Number(first).Raw(",\"last\":"u8).Number(last);
        }

        _json.Raw("}"u8);
    }
}
