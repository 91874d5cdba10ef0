using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Chatctl.Connect.Sessions;

/// <summary>Reads the JSON objects that follow the server's hello, one a line, and tells a listener what each means.</summary>
/// <remarks>
/// Not thread-safe. Members may come in any order. Members and objects that are not known are ignored. Nearly all objects are lines of the room
/// and acks. They are read here, without an allocation; <see cref="RareObjects"/> reads the others.
/// </remarks>
/// <param name="listener">Gets what the objects mean.</param>
internal sealed class ObjectReader(IServerListener listener)
{
    private const int MostNames = 1024;

    // A speaker's name is made once and not for each line.
    private readonly Dictionary<long, string> _names = [];
    private byte[] _text = [];

    /// <summary>Reads one object and tells the listener.</summary>
    /// <param name="line">The line without its end.</param>
    /// <returns>False if it is not an object, or not such an object.</returns>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        var members = new Members();
        ServerObject? rare;
        try
        {
            Read(line, ref members);
            rare = members.IsRare ? RareObjects.Read(line) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        // The listener may throw the same exceptions, and those are not about the line.
        if (members.IsRare)
        {
            Tell(rare, line);
        }
        else if (members.Ack is { } n)
        {
            listener.Acknowledged(n, members.Seq);
        }
        else
        {
            listener.Said(new SaidLine
            {
                Seq = members.Seq,
                Time = members.Time,
                Id = members.Id,
                From = members.From,
                Text = members.Text,
                Raw = line,
            });
        }

        return true;
    }

    private void Tell(ServerObject? rare, ReadOnlySpan<byte> line)
    {
        switch (rare)
        {
            case ServerError error:
                listener.Refused(error);
                break;
            case NewName answer:
                listener.Named(answer.Name);
                break;
            case WhoPage page:
                listener.Present(page);
                break;
            case Presence presence:
                listener.Happened(presence, line);
                break;
            case Skipped skipped:
                listener.Skipped(skipped.First, skipped.Last, line);
                break;
        }
    }

    /// <exception cref="JsonException">The line is not JSON, or has something behind the object.</exception>
    /// <exception cref="InvalidOperationException">A text is not valid Unicode, or a name is not a string.</exception>
    /// <exception cref="FormatException">The line is not an object, or it is a line of the room or an ack and lacks what makes it one.</exception>
    private void Read(ReadOnlySpan<byte> line, ref Members members)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("not an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref reader, ref members);
        }

        // Something after the object would be a mistake, and the reader throws then.
        reader.Read();
        bool isAck = members.Ack is not null;
        members.IsRare |= !isAck && members.Seq <= 0;
        if (!members.IsRare && (isAck ? members.Ack <= 0 : !members.HasText))
        {
            throw new FormatException("no number of a line, or no text");
        }
    }

    private void ReadMember(ref Utf8JsonReader reader, ref Members members)
    {
        if (reader.ValueTextEquals("seq"u8))
        {
            reader.Read();
            members.Seq = NumberOf(ref reader);
        }
        else if (reader.ValueTextEquals("time"u8))
        {
            // A time has nothing to escape.
            reader.Read();
            members.Time = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : [];
            reader.Skip();
        }
        else if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            members.Id = NumberOf(ref reader);
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
            members.Ack = NumberOf(ref reader);
        }
        else
        {
            members.IsRare |= RareObjects.IsMark(ref reader);
            reader.Skip();
        }
    }

    /// <summary>A number; 0, which is no valid number of anything, for another value.</summary>
    private static long NumberOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
        {
            return number;
        }

        reader.Skip();
        return 0;
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

    private ReadOnlySpan<byte> TextOf(scoped ref Utf8JsonReader reader) =>
        reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } ? reader.ValueSpan : Copy(ref reader);

    private ReadOnlySpan<byte> BytesOf(scoped ref Utf8JsonReader reader) =>
        Base64.DecodeFromUtf8InPlace(Copy(ref reader), out int length) == OperationStatus.Done ? _text.AsSpan(0, length) : throw new FormatException("not base64");

    /// <summary>Copies a string without its escapes. It is never longer than with them.</summary>
    private Span<byte> Copy(scoped ref Utf8JsonReader reader)
    {
        int longest = reader.ValueSpan.Length;
        if (_text.Length < longest)
        {
            _text = new byte[Math.Max(4096, 2 * longest)];
        }

        return _text.AsSpan(0, reader.CopyString(_text));
    }

    /// <summary>What was read of one object so far.</summary>
    private ref struct Members
    {
        public long Seq, Id;
        public long? Ack;
        public bool HasText, IsRare;
        public ReadOnlySpan<byte> Time, Text;
        public string? From;
    }
}
