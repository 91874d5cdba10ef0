using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Journal;

/// <summary>
/// The lines that a journal has beside the units: a header, sessions, commits, and the end. Each is a JSON object, so that all of a file can be read as such.
/// No unit begins as one of them does.
/// </summary>
internal static class JournalLines
{
    /// <summary>What the end of a header and of a commit has: the hash in 16 digits, and <c>"}</c> with the line's end.</summary>
    public const int CheckBytes = CheckDigits + 3;

    private const int CheckDigits = 16;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>What the first line of a file begins with.</summary>
    public static ReadOnlySpan<byte> HeaderStart => "{\"journal\":"u8;

    /// <summary>What the state of a session begins with, behind the line end before it.</summary>
    public static ReadOnlySpan<byte> LineEndAndSession => "\n{\"session\":"u8;

    /// <summary>What the state of a session begins with.</summary>
    public static ReadOnlySpan<byte> SessionStart => LineEndAndSession[1..];

    /// <summary>What the last line of a file begins with if the server has stopped in order.</summary>
    public static ReadOnlySpan<byte> ClosedStart => "{\"closed\":"u8;

    /// <summary>Ends a line that has a check.</summary>
    public static void EndWithCheck(JsonOutput json, ulong check)
    {
        Span<byte> digits = stackalloc byte[CheckDigits];
        check.TryFormat(digits, out _, "x16", CultureInfo.InvariantCulture);
        json.Raw(digits).Raw("\"}\n"u8);
    }

    /// <summary>Whether bytes, the last of which end a line that has a check, are as they were written.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> bytes) =>
        TryReadCheck(bytes, out ulong check) && XxHash3.HashToUInt64(bytes[..^CheckBytes]) == check;

    /// <summary>Reads the check of a line, or of lines of which the last one has it.</summary>
    public static bool TryReadCheck(ReadOnlySpan<byte> bytes, out ulong check)
    {
        check = 0;
        return bytes.Length >= CheckBytes && bytes.EndsWith("\"}\n"u8)
            && ulong.TryParse(bytes.Slice(bytes.Length - CheckBytes, CheckDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out check);
    }

    /// <summary>Writes what survives of a session.</summary>
    public static void WriteSession(JsonOutput json, SessionRecord session)
    {
        json.Raw(SessionStart).Number(session.Id).Raw(",\"client\":"u8).String(session.Client).Raw(",\"owner\":"u8);
        _ = session.Owner is { } owner ? json.String(owner) : json.Raw("null"u8);
        json.Raw(",\"name\":"u8).String(session.Name).Raw(",\"n\":"u8).Number(session.N).Raw(",\"line\":"u8).Number(session.Seq).Raw("}\n"u8);
    }

    /// <summary>Reads back what <see cref="WriteSession"/> has written.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is no such line.</exception>
    public static SessionRecord ReadSession(ReadOnlySpan<byte> line)
    {
        var json = new System.Text.Json.Utf8JsonReader(line);
        var session = new SessionRecord(0, "", null, "", 0, 0);
        json.Read();
        while (json.Read() && json.TokenType == System.Text.Json.JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = json.ValueSpan;
            json.Read();
            session =
                name.SequenceEqual("session"u8) ? session with { Id = json.GetInt64() }
                : name.SequenceEqual("client"u8) ? session with { Client = json.GetString()! }
                : name.SequenceEqual("owner"u8) ? session with { Owner = json.GetString() }
                : name.SequenceEqual("name"u8) ? session with { Name = json.GetString()! }
                : name.SequenceEqual("n"u8) ? session with { N = json.GetInt64() }
                : name.SequenceEqual("line"u8) ? session with { Seq = json.GetInt64() }
                : session;
        }

        return session;
    }

    /// <summary>Writes the last line of a file whose server stops in order.</summary>
    public static void WriteClosed(JsonOutput json, DateTimeOffset time) => json.Raw(ClosedStart).Time(time).Raw("}\n"u8);

    /// <summary>Whether bytes are the one line that <see cref="WriteClosed"/> writes.</summary>
    public static bool IsClosed(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ClosedStart.Length + SessionUnit.TimeBytes + "\"\"}\n".Length && bytes.StartsWith(ClosedStart) && bytes.EndsWith("\"}\n"u8);

    /// <summary>The text of a time, as lines and events have it.</summary>
    public static byte[] TimeText(DateTimeOffset time) => Encoding.ASCII.GetBytes(time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));

    /// <summary>Reads the time that <see cref="TimeText"/> has written.</summary>
    public static DateTimeOffset ReadTime(ReadOnlySpan<byte> text) =>
        DateTimeOffset.ParseExact(Encoding.ASCII.GetString(text), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>The time of the last of some units, as it stands there.</summary>
    public static ReadOnlySpan<byte> LastTime(ReadOnlySpan<byte> units) => SessionUnit.Time(units[(units[..^1].LastIndexOf((byte)'\n') + 1)..]);

    /// <summary>Takes a fixed text and a number off the front of a line.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> before, out long number)
    {
        if (line.StartsWith(before) && Utf8Parser.TryParse(line[before.Length..], out number, out int digits))
        {
            line = line[(before.Length + digits)..];
            return true;
        }

        number = 0;
        return false;
    }
}
