using System.Text;
using System.Text.Json;
using Chatctl.Core.Sessions;

namespace Chatctl.Fuzz;

/// <summary>What clients of sessions send, compared with what System.Text.Json makes of it; and what the encoder writes, read back.</summary>
/// <remarks>The first byte chooses: <c>h</c> is a hello, <c>0</c> a message to a room whose lines end with NUL, and all else a message to other rooms.</remarks>
internal static class SessionTarget
{
    private const int MaxText = 16;
    private const int MaxBase64 = 24;

    /// <summary>Plays an input.</summary>
    /// <exception cref="InvalidOperationException">The decoder and the model differ.</exception>
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        if (input[0] == 'h')
        {
            PlayHello(input[1..]);
            return;
        }

        byte terminator = input[0] == '0' ? (byte)0 : (byte)'\n';
        var decoder = new MessageDecoder(MaxText, terminator);
        MessageKind kind = decoder.Decode(input[1..], out ClientMessage message);
        (MessageKind expected, long n, byte[] text, string? name) = Model(input[1..].ToArray(), terminator);
        Must(kind == expected, $"{kind} in place of {expected}");
        Must(message.N == n, $"the number is {message.N} in place of {n}");
        Must(message.Text.SequenceEqual(text), "another text");
        Must(message.Name == name, "another name");
        Must(message.Fault.Code is null != (kind is MessageKind.Refused or MessageKind.Broken), "a fault without a reason");
        if (kind == MessageKind.Line)
        {
            ReadBack(text);
        }

        string? code = message.Fault.Code;
        Must(decoder.Decode(input[1..], out message) == kind && message.Fault.Code == code && message.Text.SequenceEqual(text), "it is not the same again");
    }

    private static void PlayHello(ReadOnlySpan<byte> line)
    {
        bool accepted = HelloDecoder.TryDecode(line, out Hello? hello, out Fault fault);
        Dictionary<string, JsonElement>? members = line.Length > 4096 - 10 ? null : Read(line.ToArray());
        Must(accepted == fault.Code is null, "a fault without a reason");
        Must(fault.Code == Fault.Hello == members is null, "it is an object if the model says so");
        if (hello is not null)
        {
            Must(hello.Name == Text(members!, "name"), "another name");
            Must(hello.Client == Text(members!, "client"), "another client id");
            Must(hello.Since is not null == members!.ContainsKey("since"), "the past is asked for");
        }

        _ = hello?.Name is { } name && SessionName.TryParse(name, out _) && NameKey.Of(name).Length > 0;
    }

    private static (MessageKind Kind, long N, byte[] Text, string? Name) Model(byte[] line, byte terminator)
    {
        if (line.All(letter => letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            return (MessageKind.Nothing, 0, [], null);
        }

        if (Read(line) is not { } members)
        {
            return (MessageKind.Broken, 0, [], null);
        }

        if (members.ContainsKey("text") || members.ContainsKey("base64"))
        {
            long n = 0;
            if (members.TryGetValue("n", out JsonElement number)
                && (number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out n) || n is < 1 or > 9_007_199_254_740_991))
            {
                return (MessageKind.Refused, 0, [], null);
            }

            byte[]? text = members.ContainsKey("text") && members.ContainsKey("base64") ? null
                : members.ContainsKey("text") ? (Text(members, "text") is { } said ? Encoding.UTF8.GetBytes(said) : null)
                : Text(members, "base64") is { Length: <= MaxBase64 } && members["base64"].TryGetBytesFromBase64(out byte[]? bytes) ? bytes
                : null;
            return text is null || text.Length > MaxText || text.Contains(terminator)
                ? (MessageKind.Refused, n, [], null)
                : (MessageKind.Line, n, text, null);
        }

        return members.ContainsKey("name")
            ? Text(members, "name") is { } name ? (MessageKind.Rename, 0, [], name) : (MessageKind.Refused, 0, [], null)
            : members.TryGetValue("who", out JsonElement who) && who.ValueKind == JsonValueKind.True
                ? (MessageKind.Who, 0, [], null)
                : (MessageKind.Nothing, 0, [], null);
    }

    private static string? Text(Dictionary<string, JsonElement> members, string name)
    {
        try
        {
            return members.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // It is no valid Unicode.
            return null;
        }
    }

    /// <summary>The members that count: the last of each name, without those that are null.</summary>
    private static Dictionary<string, JsonElement>? Read(byte[] line)
    {
        try
        {
            JsonElement root = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 8 }).RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var members = new Dictionary<string, JsonElement>();
            foreach (JsonProperty member in root.EnumerateObject())
            {
                try
                {
                    members[member.Name] = member.Value;
                }
                catch (InvalidOperationException)
                {
                    // A name that is no valid Unicode is none that is known.
                }
            }

            return members.Where(member => member.Value.ValueKind != JsonValueKind.Null).ToDictionary();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void ReadBack(byte[] text)
    {
        var encoder = new SessionEncoder();
        encoder.Line(1, DateTimeOffset.UnixEpoch, 1, SessionEncoder.Nobody, text);
        Must(encoder.Written.Span.IndexOf((byte)'\n') == encoder.Written.Length - 1, "it is not one line");
        Must(encoder.Written.Span.LastIndexOf(SessionUnit.LineStart) == 0, "a line begins in a line");
        using var line = JsonDocument.Parse(encoder.Written);
        byte[] read = line.RootElement.TryGetProperty("text", out JsonElement said)
            ? Encoding.UTF8.GetBytes(said.GetString()!)
            : line.RootElement.GetProperty("base64").GetBytesFromBase64();
        Must(read.AsSpan().SequenceEqual(text), "it is read back as another text");
    }

    private static void Must(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
