using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Chatctl.Connect.Sessions;

/// <summary>Reads the JSON objects that follow the server's hello, one a line, and tells a listener what each means.</summary>
/// <remarks>Not thread-safe. Members may come in any order. Members and objects that are not known are ignored.</remarks>
/// <param name="listener">Gets what the objects mean.</param>
internal sealed class ObjectReader(IServerListener listener)
{
    private const int MostNames = 1024;

    // A speaker's name is made once and not for each line.
    private readonly Dictionary<long, string> _names = [];
    private byte[] _text = [];

    private enum Kind
    {
        Unknown,
        Line,
        Ack,
        Error,
        Name,
        Who,
        Event,
    }

    /// <summary>Reads one object and tells the listener.</summary>
    /// <param name="line">The line without its end.</param>
    /// <returns>False if it is not an object, or not such an object.</returns>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        var members = new Members();
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Member(ref reader, ref members);
            }

            // Reads on to the end, because something after the object would be a mistake.
            if (reader.Read())
            {
                return false;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return TryTell(line, ref members);
    }

    private void Member(ref Utf8JsonReader reader, ref Members members)
    {
        if (reader.ValueTextEquals("seq"u8))
        {
            reader.Read();
            members.Seq = NumberOf(ref reader) ?? 0;
        }
        else if (reader.ValueTextEquals("time"u8))
        {
            // A time has nothing to escape.
            reader.Read();
            members.Time = reader.TokenType == JsonTokenType.String && !reader.HasValueSequence ? reader.ValueSpan : [];
        }
        else if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            members.Id = NumberOf(ref reader) ?? 0;
        }
        else if (reader.ValueTextEquals("from"u8))
        {
            reader.Read();
            members.From = reader.TokenType == JsonTokenType.Null ? null : NameOf(ref reader, members.Id);
        }
        else if (reader.ValueTextEquals("text"u8))
        {
            reader.Read();
            members.Text = TextOf(ref reader);
            members.HasText = true;
        }
        else if (reader.ValueTextEquals("base64"u8))
        {
            reader.Read();
            members.Text = BytesOf(ref reader);
            members.HasText = true;
        }
        else if (reader.ValueTextEquals("ack"u8))
        {
            reader.Read();
            (members.Kind, members.N) = (Kind.Ack, NumberOf(ref reader) ?? 0);
        }
        else
        {
            RareMember(ref reader, ref members);
        }
    }

    private static void RareMember(ref Utf8JsonReader reader, ref Members members)
    {
        string member = reader.GetString()!;
        reader.Read();
        switch (member)
        {
            case "error":
                (members.Kind, members.Word) = (Kind.Error, WordOf(ref reader));
                break;
            case "event":
                (members.Kind, members.Word) = (Kind.Event, WordOf(ref reader));
                break;
            case "who":
                (members.Kind, members.Sessions) = (Kind.Who, SessionsOf(ref reader));
                break;
            case "name":
                members.Name = WordOf(ref reader);
                break;
            case "was":
                members.Was = WordOf(ref reader);
                break;
            case "reason":
                members.Reason = WordOf(ref reader);
                break;
            case "message":
                members.Message = WordOf(ref reader);
                break;
            case "n":
                members.LineNumber = NumberOf(ref reader);
                break;
            case "fatal":
                members.IsFatal = reader.TokenType == JsonTokenType.True;
                break;
            case "more":
                members.HasMore = reader.TokenType == JsonTokenType.True;
                break;
            case "plain":
                members.Plain = NumberOf(ref reader) ?? 0;
                break;
            case "first":
                members.First = NumberOf(ref reader) ?? 0;
                break;
            case "last":
                members.Last = NumberOf(ref reader) ?? 0;
                break;
            case "joined":
                members.Joined = NumberOf(ref reader) ?? 0;
                break;
            case "left":
                members.Left = NumberOf(ref reader) ?? 0;
                break;
            case "renamed":
                members.Renamed = NumberOf(ref reader) ?? 0;
                break;
            default:
                reader.Skip();
                break;
        }
    }

    /// <returns>False if the object lacks a member that it must have.</returns>
    private bool TryTell(ReadOnlySpan<byte> line, ref Members members)
    {
        Kind kind = members.Kind != Kind.Unknown ? members.Kind
            : members.Seq > 0 ? Kind.Line
            : members.Name is not null ? Kind.Name
            : Kind.Unknown;
        switch (kind)
        {
            case Kind.Line when members.HasText:
                listener.Said(new SaidLine
                {
                    Seq = members.Seq,
                    Time = members.Time,
                    Id = members.Id,
                    From = members.From,
                    Text = members.Text,
                    Raw = line,
                });
                break;
            case Kind.Ack when members.N > 0:
                listener.Acknowledged(members.N, members.Seq);
                break;
            case Kind.Error when members.Word is { } code:
                listener.Refused(new ServerError(code, members.Message ?? code, members.LineNumber, members.IsFatal));
                break;
            case Kind.Name:
                listener.Named(members.Name!);
                break;
            case Kind.Who when members.Sessions is { } sessions:
                listener.Present(new WhoPage(sessions, members.Plain, members.HasMore));
                break;
            case Kind.Event when members.Word == "skipped" && members.First > 0 && members.Last >= members.First:
                listener.Skipped(members.First, members.Last, line);
                break;
            case Kind.Event when members.Word is { } what:
                return TryTellEvent(what, line, ref members);
            default:
                return kind == Kind.Unknown;
        }

        return true;
    }

    private bool TryTellEvent(string what, ReadOnlySpan<byte> line, ref Members members)
    {
        PresenceKind? known = what switch
        {
            "join" => PresenceKind.Join,
            "leave" => PresenceKind.Leave,
            "rename" => PresenceKind.Rename,
            "crowd" => PresenceKind.Crowd,
            _ => null,
        };
        if (known is not { } kind)
        {
            return what != "skipped";
        }

        if (kind != PresenceKind.Crowd && members.Name is null)
        {
            return false;
        }

        // Its name may be another one from now on.
        _names.Remove(members.Id);
        var presence = new Presence(kind, Encoding.UTF8.GetString(members.Time))
        {
            Id = members.Id,
            Name = members.Name ?? "",
            Was = members.Was,
            Reason = members.Reason,
            Joined = members.Joined,
            Left = members.Left,
            Renamed = members.Renamed,
        };
        listener.Happened(presence, line);
        return true;
    }

    /// <summary>A number, or null for another value: then the object is one that this version does not know.</summary>
    private static long? NumberOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
        {
            return number;
        }

        reader.Skip();
        return null;
    }

    /// <inheritdoc cref="NumberOf"/>
    private static string? WordOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    private string NameOf(ref Utf8JsonReader reader, long id)
    {
        if (_names.TryGetValue(id, out string? known) && reader.ValueTextEquals(known))
        {
            return known;
        }

        if (_names.Count == MostNames)
        {
            _names.Clear();
        }

        return _names[id] = reader.GetString()!;
    }

    private ReadOnlySpan<byte> TextOf(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new FormatException("not a text");
        }

        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        // Never longer than its escaped form.
        Span<byte> room = Room(reader.ValueSpan.Length);
        return room[..reader.CopyString(room)];
    }

    private ReadOnlySpan<byte> BytesOf(scoped ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> encoded = TextOf(ref reader);
        if (reader.ValueIsEscaped)
        {
            return Base64.DecodeFromUtf8InPlace(_text.AsSpan(0, encoded.Length), out int length) == OperationStatus.Done
                ? _text.AsSpan(0, length)
                : throw new FormatException("not base64");
        }

        Span<byte> room = Room(Base64.GetMaxDecodedFromUtf8Length(encoded.Length));
        return Base64.DecodeFromUtf8(encoded, room, out _, out int written) == OperationStatus.Done
            ? room[..written]
            : throw new FormatException("not base64");
    }

    private Span<byte> Room(int length)
    {
        if (_text.Length < length)
        {
            _text = new byte[Math.Max(4096, 2 * length)];
        }

        return _text;
    }

    private static List<(long Id, string Name)> SessionsOf(ref Utf8JsonReader reader)
    {
        var sessions = new List<(long Id, string Name)>();
        using var document = JsonDocument.ParseValue(ref reader);
        foreach (JsonElement session in document.RootElement.EnumerateArray())
        {
            if (session.TryGetProperty("id"u8, out JsonElement id) && session.TryGetProperty("name"u8, out JsonElement name))
            {
                sessions.Add((id.GetInt64(), name.GetString() ?? ""));
            }
        }

        return sessions;
    }

    /// <summary>What was read of one object so far.</summary>
    private ref struct Members
    {
        public Kind Kind;
        public long Seq, Id, N, Plain, First, Last, Joined, Left, Renamed;
        public long? LineNumber;
        public bool HasText, IsFatal, HasMore;
        public ReadOnlySpan<byte> Time, Text;
        public List<(long Id, string Name)>? Sessions;
        public string? From, Name, Was, Reason, Message, Word;
    }
}
