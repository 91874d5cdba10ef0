using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Chatctl.Io;
using Microsoft.Extensions.Logging;

namespace Chatctl.Logging;

/// <summary>Makes one event one line, whatever is in it. Nothing from outside can begin another line or command a terminal.</summary>
internal static class LogLine
{
    private const string OriginalFormat = "{OriginalFormat}";

    /// <summary>The line for people, with its end.</summary>
    public static byte[] Text(LogLevel level, string message)
    {
        string importance = level switch { LogLevel.Warning => "warning: ", >= LogLevel.Error => "error: ", _ => "" };
        return Encoding.UTF8.GetBytes($"chatctl: {importance}{Printable.Of(message)}\n");
    }

    /// <summary>The line for programs, with its end. All of it is ASCII. Other characters are escaped, so that every program sees one line.</summary>
    /// <param name="time">The time of the event.</param>
    /// <param name="level">How important it is.</param>
    /// <param name="category">The full name of the type that logs.</param>
    /// <param name="id">The event's number and name.</param>
    /// <param name="message">The text of the line for people.</param>
    /// <param name="state">The message's values, if it is a list of them.</param>
    /// <param name="exception">The exception that caused the event; null if there was none.</param>
    public static byte[] Json(
        DateTimeOffset time, LogLevel level, string category, EventId id, string message, object? state, Exception? exception)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("time", time.UtcDateTime);
            json.WriteString("level", LevelName(level));
            json.WriteString("category", category);
            json.WriteNumber("id", id.Id);
            json.WriteString("name", id.Name);
            json.WriteString("message", message);
            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            // The values have an object of their own, because a plugin may choose any names for them.
            json.WriteStartObject("values");
            foreach ((string name, object? value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
            {
                if (name != OriginalFormat)
                {
                    json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
                    WriteValue(json, value);
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case LogCounts counts:
                json.WriteStartObject();
                foreach ((string name, long count) in counts.Parts)
                {
                    json.WriteNumber(name, count);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
