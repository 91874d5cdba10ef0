using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Chatctl.Connect.Sessions;

/// <summary>Reads the server's hello.</summary>
internal static class HelloReader
{
    /// <summary>Reads a line that comes before the hello, or is it.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="client">This client's id. Without it, the line is no hello.</param>
    /// <param name="hello">The hello.</param>
    /// <param name="refusal">If the line is no hello: what the server says in place of one, or a member who speaks like the server; null for any other line.</param>
    /// <param name="isDelayed">Whether the server says that its hello takes longer.</param>
    /// <returns>Whether it is the hello.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, string client, [NotNullWhen(true)] out ServerHello? hello, out ServerError? refusal, out bool isDelayed)
    {
        (hello, refusal, isDelayed) = (null, null, false);
        if (!line.StartsWith(ClientWire.Prefix))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(line[ClientWire.Prefix.Length..]);
            using var document = JsonDocument.ParseValue(ref reader);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || reader.Read())
            {
                return false;
            }

            if (root.TryGetProperty("client"u8, out JsonElement id) && id.ValueEquals(client))
            {
                hello = new ServerHello(
                    TextOf(root, "room"u8) ?? "",
                    TextOf(root, "epoch"u8) ?? throw new FormatException("no epoch"),
                    root.GetProperty("first"u8).GetInt64(),
                    root.GetProperty("next"u8).GetInt64(),
                    root.TryGetProperty("gap"u8, out JsonElement gap) ? GapOf(gap) : null,
                    root.GetProperty("id"u8).GetInt64(),
                    TextOf(root, "name"u8) ?? throw new FormatException("no name"),
                    root.TryGetProperty("resumed"u8, out JsonElement resumed) && resumed.GetBoolean(),
                    root.GetProperty("maxText"u8).GetInt32(),
                    root.TryGetProperty("epochs"u8, out JsonElement epochs) ? EpochsOf(epochs) : new Dictionary<string, long>());
                return true;
            }

            isDelayed = root.TryGetProperty("wait"u8, out JsonElement wait) && wait.ValueKind == JsonValueKind.True;
            refusal = TextOf(root, "error"u8) is { } code ? new ServerError(code, TextOf(root, "message"u8) ?? code, null, IsFatal: true) : null;
            return false;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            // Nothing but the hello has this client's id, so a hello that lacks something never comes again, and the wait for it ends.
            return false;
        }
    }

    private static Gap? GapOf(JsonElement gap) => gap.ValueKind != JsonValueKind.Object ? null : new Gap(TextOf(gap, "epoch"u8), NumberOf(gap, "first"u8), NumberOf(gap, "last"u8));

    private static Dictionary<string, long> EpochsOf(JsonElement epochs)
    {
        var known = new Dictionary<string, long>();
        foreach (JsonElement one in epochs.EnumerateArray())
        {
            known[TextOf(one, "epoch"u8) ?? ""] = NumberOf(one, "last"u8);
        }

        return known;
    }

    private static string? TextOf(JsonElement element, ReadOnlySpan<byte> name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static long NumberOf(JsonElement element, ReadOnlySpan<byte> name) => element.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;
}
