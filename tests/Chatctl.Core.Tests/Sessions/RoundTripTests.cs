using System.Globalization;
using System.Text;
using System.Text.Json;
using Chatctl.Core.Sessions;
using CsCheck;

namespace Chatctl.Core.Tests.Sessions;

/// <summary>What the encoder writes, another JSON reader reads back to the same values.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Int[0, 0x7f], Gen.Int[0, 0xd7ff], Gen.Int[0xe000, 0x10ffff])
        .Array[0, 40].Select(values => string.Concat(values.Select(char.ConvertFromUtf32)));

    private static readonly Gen<long> Number = Gen.Long[0, long.MaxValue];

    // Times are told to the millisecond.
    private static readonly Gen<DateTimeOffset> Time = Gen.Long[0, 4_102_444_800_000].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    [Fact]
    public void A_line_has_its_number_time_sender_and_text() => Gen.Select(Number, Time, Number, Text, Text).Sample((seq, time, id, from, text) =>
    {
        var encoder = new SessionEncoder();
        encoder.Line(seq, time, id, SessionEncoder.Quote(from), Encoding.UTF8.GetBytes(text));
        using JsonDocument line = ReadLine(encoder);
        Assert.Equal(seq, line.RootElement.GetProperty("seq").GetInt64());
        Assert.Equal(time, line.RootElement.GetProperty("time").GetDateTimeOffset());
        Assert.Equal(id, line.RootElement.GetProperty("id").GetInt64());
        Assert.Equal(from, line.RootElement.GetProperty("from").GetString());
        Assert.Equal(text, line.RootElement.GetProperty("text").GetString());
        Assert.Equal(seq, SessionUnit.Seq(encoder.Written.Span));
        Assert.Equal(time, DateTimeOffset.Parse(Encoding.UTF8.GetString(SessionUnit.Time(encoder.Written.Span)), CultureInfo.InvariantCulture));
    });

    [Fact]
    public void Any_bytes_come_back_from_a_line() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        var encoder = new SessionEncoder();
        encoder.Line(1, DateTimeOffset.UnixEpoch, 1, SessionEncoder.Nobody, bytes);
        using JsonDocument line = ReadLine(encoder);
        bool isText = line.RootElement.TryGetProperty("text", out JsonElement text);
        byte[] read = isText ? Encoding.UTF8.GetBytes(text.GetString()!) : line.RootElement.GetProperty("base64").GetBytesFromBase64();
        Assert.Equal(bytes, read);
        Assert.Equal(JsonValueKind.Null, line.RootElement.GetProperty("from").ValueKind);
    });

    [Fact]
    public void Events_and_errors_have_their_names_and_texts() => Gen.Select(Text, Text, Number).Sample((one, other, number) =>
    {
        var encoder = new SessionEncoder();
        encoder.Rename(DateTimeOffset.UnixEpoch, number, one, other);
        using (JsonDocument line = ReadLine(encoder))
        {
            Assert.Equal(one, line.RootElement.GetProperty("name").GetString());
            Assert.Equal(other, line.RootElement.GetProperty("was").GetString());
        }

        encoder.Clear();
        encoder.Error(new Fault(one, other), number, fatal: false);
        using (JsonDocument line = ReadLine(encoder))
        {
            Assert.Equal(one, line.RootElement.GetProperty("error").GetString());
            Assert.Equal(other, line.RootElement.GetProperty("message").GetString());
        }
    });

    [Fact]
    public void What_another_JSON_writer_escapes_is_read_back() => Gen.Select(Gen.Long[1, 9_007_199_254_740_991], Text).Sample((n, text) =>
    {
        string said = text.Replace("\n", "", StringComparison.Ordinal);
        var decoder = new MessageDecoder(1024, (byte)'\n');
        Assert.Equal(MessageKind.Line, decoder.Decode(JsonSerializer.SerializeToUtf8Bytes(new { n, text = said }), out ClientMessage message));
        Assert.Equal(n, message.N);
        Assert.Equal(said, Encoding.UTF8.GetString(message.Text));
    });

    private static JsonDocument ReadLine(SessionEncoder encoder)
    {
        Assert.Equal(encoder.Written.Length - 1, encoder.Written.Span.IndexOf((byte)'\n'));
        return JsonDocument.Parse(encoder.Written);
    }
}
