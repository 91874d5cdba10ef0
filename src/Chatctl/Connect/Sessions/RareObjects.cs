using System.Text.Json;

namespace Chatctl.Connect.Sessions;

/// <summary>Reads the objects of a server that are neither lines of the room nor acks: errors, answers and events.</summary>
internal static class RareObjects
{
    private static ReadOnlySpan<byte> Error => "error"u8;

    private static ReadOnlySpan<byte> Event => "event"u8;

    private static ReadOnlySpan<byte> Who => "who"u8;

    /// <summary>Whether a member marks an object as one of these, whatever else is in it. A name does not: other objects may have one too.</summary>
    /// <param name="reader">At the name of the member.</param>
    public static bool IsMark(ref Utf8JsonReader reader) => reader.ValueTextEquals(Error) || reader.ValueTextEquals(Event) || reader.ValueTextEquals(Who);

    /// <summary>Reads an object.</summary>
    /// <param name="json">One JSON object and nothing else.</param>
    /// <returns>What it means; null if this version does not know it.</returns>
    /// <exception cref="FormatException">It lacks a member that it must have.</exception>
    /// <exception cref="InvalidOperationException">A text is not valid Unicode, or something in the list of sessions has another type.</exception>
    public static ServerObject? Read(ReadOnlySpan<byte> json)
    {
        var root = JsonElement.Parse(json);
        return root.TryGetProperty(Error, out _) ? ErrorOf(root)
            : root.TryGetProperty(Event, out _) ? EventOf(root)
            : root.TryGetProperty(Who, out JsonElement sessions) ? new WhoPage(SessionsOf(sessions), NumberOf(root, "plain"u8) ?? 0, IsTrue(root, "more"u8))
            : TextOf(root, "name"u8) is { } name ? new NewName(name)
            : null;
    }

    private static ServerError ErrorOf(JsonElement root)
    {
        string code = TextOf(root, Error) ?? throw new FormatException("no code");
        return new ServerError(code, TextOf(root, "message"u8) ?? code, NumberOf(root, "n"u8), IsTrue(root, "fatal"u8));
    }

    private static ServerObject? EventOf(JsonElement root) => TextOf(root, Event) switch
    {
        "join" => PresenceOf(PresenceKind.Join, root),
        "leave" => PresenceOf(PresenceKind.Leave, root),
        "rename" => PresenceOf(PresenceKind.Rename, root),
        "crowd" => PresenceOf(PresenceKind.Crowd, root),
        "skipped" => SkippedOf(root),
        null => throw new FormatException("an event without a name"),
        _ => null,
    };

    private static Presence PresenceOf(PresenceKind kind, JsonElement root) => new(kind, TextOf(root, "time"u8) ?? "")
    {
        Id = NumberOf(root, "id"u8) ?? 0,
        Name = TextOf(root, "name"u8) ?? (kind == PresenceKind.Crowd || IsPlain(kind, root) ? null : throw new FormatException("nobody's event")),
        Was = TextOf(root, "was"u8),
        Reason = TextOf(root, "reason"u8),
        Joined = NumberOf(root, "joined"u8) ?? 0,
        Left = NumberOf(root, "left"u8) ?? 0,
        Renamed = NumberOf(root, "renamed"u8) ?? 0,
    };

    /// <summary>Whether a plain member has joined or left, which has no name.</summary>
    private static bool IsPlain(PresenceKind kind, JsonElement root) =>
        kind != PresenceKind.Rename && root.TryGetProperty("name"u8, out JsonElement name) && name.ValueKind == JsonValueKind.Null;

    private static Skipped SkippedOf(JsonElement root) =>
        NumberOf(root, "first"u8) is > 0 and var first && NumberOf(root, "last"u8) is { } last && last >= first
            ? new Skipped(first, last)
            : throw new FormatException("no such lines");

    private static List<(long Id, string Name)> SessionsOf(JsonElement list)
    {
        var sessions = new List<(long Id, string Name)>();
        foreach (JsonElement session in list.EnumerateArray())
        {
            // Plain members have no name. They are in the list if the server tells about them, and are counted in any case.
            if (session.TryGetProperty("id"u8, out JsonElement id) && session.TryGetProperty("name"u8, out JsonElement name) && name.GetString() is { } text)
            {
                sessions.Add((id.GetInt64(), text));
            }
        }

        return sessions;
    }

    /// <summary>A text, or null for another value: then the object is one that this version does not know.</summary>
    private static string? TextOf(JsonElement root, ReadOnlySpan<byte> name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <inheritdoc cref="TextOf"/>
    private static long? NumberOf(JsonElement root, ReadOnlySpan<byte> name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    private static bool IsTrue(JsonElement root, ReadOnlySpan<byte> name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}
