using System.Text.Json;

namespace Chatctl.Bench.Sessions;

/// <summary>What an object from the server is about.</summary>
internal enum MessageKind
{
    /// <summary>Nothing that bench checks: an event, or something that it does not know.</summary>
    Other,

    /// <summary>A line.</summary>
    Line,

    /// <summary>An ack.</summary>
    Ack,

    /// <summary>An error.</summary>
    Error,

    /// <summary>The event that lines are not sent to the session that reads it.</summary>
    Skipped,
}

/// <summary>An object that a session received: the members that bench checks. See docs/protocol.md.</summary>
internal ref struct ServerMessage
{
    /// <summary>What it is about.</summary>
    public MessageKind Kind { get; private set; }

    /// <summary>The number of the line. For an ack, of the line that it names.</summary>
    public long Seq { get; private set; }

    /// <summary>The line that an ack names, as its sender counts.</summary>
    public long Ack { get; private set; }

    /// <summary>The number of the member that said the line.</summary>
    public long Id { get; private set; }

    /// <summary>Whether the line has the name of a session. A plain member has none.</summary>
    public bool HasName { get; private set; }

    /// <summary>The length of the text in bytes; -1 if there is none.</summary>
    public int TextLength { get; private set; }

    /// <summary>The first of the numbers that were skipped.</summary>
    public long First { get; private set; }

    /// <summary>The last of the numbers that were skipped.</summary>
    public long Last { get; private set; }

    /// <summary>Reads an object.</summary>
    /// <param name="json">The object, without its line end.</param>
    /// <param name="text">Receives the text of a line. It must be at least as long as <paramref name="json"/>.</param>
    /// <exception cref="JsonException">It is not such an object.</exception>
    public static ServerMessage Parse(ReadOnlySpan<byte> json, Span<byte> text)
    {
        var message = new ServerMessage { TextLength = -1 };
        var reader = new Utf8JsonReader(json);
        _ = reader.Read();
        Expect(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            message.TakeMember(ref reader, text);
        }

        // What follows the object throws here.
        _ = reader.Read();
        return message;
    }

    private void TakeMember(ref Utf8JsonReader reader, Span<byte> text)
    {
        if (reader.ValueTextEquals("seq"u8))
        {
            Seq = Number(ref reader);
            Kind = Kind == MessageKind.Other ? MessageKind.Line : Kind;
        }
        else if (reader.ValueTextEquals("id"u8))
        {
            Id = Number(ref reader);
        }
        else if (reader.ValueTextEquals("from"u8))
        {
            _ = reader.Read();
            HasName = reader.TokenType == JsonTokenType.String;
        }
        else if (reader.ValueTextEquals("text"u8))
        {
            _ = reader.Read();
            Expect(reader.TokenType == JsonTokenType.String);
            TextLength = reader.CopyString(text);
        }
        else if (reader.ValueTextEquals("ack"u8))
        {
            Ack = Number(ref reader);
            Kind = MessageKind.Ack;
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            _ = reader.Read();
            Kind = MessageKind.Error;
        }
        else if (reader.ValueTextEquals("event"u8))
        {
            _ = reader.Read();
            Kind = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("skipped"u8) ? MessageKind.Skipped : Kind;
        }
        else if (reader.ValueTextEquals("first"u8))
        {
            First = Number(ref reader);
        }
        else if (reader.ValueTextEquals("last"u8))
        {
            Last = Number(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        _ = reader.Read();
        long number = 0;
        Expect(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out number));
        return number;
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException();
        }
    }
}
