using System.Text;
using System.Text.Json;
using Chatctl.Logging;
using CsCheck;
using Microsoft.Extensions.Logging;

namespace Chatctl.Tests.Logging;

public sealed class JsonLineTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.FromHours(2));

    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char[char.MinValue, char.MaxValue], Gen.Char['\0', '\u00a0'], Gen.Char['\ud800', '\udfff']).Array[0, 40].Select(chars => new string(chars));

    [Fact]
    public void Any_text_round_trips_in_one_line_of_ASCII() => AnyText.Sample(text =>
    {
        byte[] line = Line(text, ("Text", text));
        Assert.Equal(line.Length - 1, line.AsSpan().IndexOf((byte)'\n'));
        Assert.DoesNotContain(line[..^1], b => b is < 0x20 or >= 0x7f);

        // JSON cannot hold invalid UTF-16, so U+FFFD stands for it.
        string expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        using var json = JsonDocument.Parse(line);
        Assert.Equal(expected, json.RootElement.GetProperty("message").GetString());
        Assert.Equal(expected, json.RootElement.GetProperty("values").GetProperty("text").GetString());
    });

    [Fact]
    public void It_holds_everything_that_an_event_has()
    {
        byte[] line = LogLine.Json(
            Time,
            LogLevel.Warning,
            "Chatctl.Some",
            new EventId(7, "Seen"),
            "seen",
            new KeyValuePair<string, object?>[]
            {
                new("Count", 3), new("IsOn", true), new("Nothing", null), new("Share", 0.5), new("Kind", DayOfWeek.Friday), new("{OriginalFormat}", "seen {Count}"),
            },
            new IOException("the\ndisk"));
        Assert.Equal(
            """{"time":"2026-01-31T10:00:00Z","level":"warning","category":"Chatctl.Some","id":7,"name":"Seen","message":"seen","exception":"System.IO.IOException: the\ndisk","values":{"count":3,"isOn":true,"nothing":null,"share":0.5,"kind":"Friday"}}""" + "\n",
            Encoding.UTF8.GetString(line));
    }

    [Fact]
    public void A_value_with_the_name_of_a_field_does_not_replace_the_field()
    {
        using var json = JsonDocument.Parse(Line("seen", ("Level", "none"), ("Message", "other")));
        Assert.Equal("information", json.RootElement.GetProperty("level").GetString());
        Assert.Equal("other", json.RootElement.GetProperty("values").GetProperty("message").GetString());
    }

    private static byte[] Line(string message, params (string Name, object? Value)[] values) => LogLine.Json(
        Time, LogLevel.Information, "c", new EventId(1, "n"), message, values.Select(value => KeyValuePair.Create(value.Name, value.Value)).ToArray(), null);
}
