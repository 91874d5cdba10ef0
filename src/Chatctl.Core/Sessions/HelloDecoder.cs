using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Chatctl.Core.Sessions;

/// <summary>Reads a client's hello.</summary>
internal static class HelloDecoder
{
    private const int ShortestClient = 22;
    private const int LongestClient = 64;

    /// <summary>Reads a hello.</summary>
    /// <param name="line">The line without the prefix and without its line end. A CR may be left.</param>
    /// <param name="hello">The hello; null if it cannot be accepted.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryDecode(ReadOnlySpan<byte> line, [NotNullWhen(true)] out Hello? hello, out Fault fault)
    {
        hello = null;
        fault = default;
        line = line is [.. var rest, (byte)'\r'] ? rest : line;
        if (line.Length > SessionWire.MaxHelloBytes - SessionWire.Prefix.Length)
        {
            fault = new Fault(Fault.Hello, "the hello is too long: it may have 4096 bytes");
            return false;
        }

        RawValue name = default, client = default, since = default, token = default;
        try
        {
            var members = new MemberReader(line);
            while (members.Next())
            {
                if (members.Is("name"u8))
                {
                    name = members.Value;
                }
                else if (members.Is("client"u8))
                {
                    client = members.Value;
                }
                else if (members.Is("since"u8))
                {
                    since = members.Value;
                }
                else if (members.Is("token"u8))
                {
                    token = members.Value;
                }
            }
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            fault = new Fault(Fault.Hello, "the hello is not a JSON object, or it is more than 8 levels deep");
            return false;
        }

        string? wanted = null, id = null;
        Since? asked = null;
        if (name.IsThere && !name.TryGetString(out wanted))
        {
            fault = new Fault(Fault.Name, "the name is not a string of valid Unicode");
        }
        else if (client.IsThere && !(client.TryGetString(out id) && IsClient(id)))
        {
            fault = new Fault(Fault.Client, "a client id has 22 to 64 letters of ASCII, digits, '-' and '_'");
        }
        else if (since.IsThere && !TryGetSince(since, out asked))
        {
            fault = new Fault(Fault.Since, "since is a position (EPOCH:SEQ), a number of lines, a time such as 10m, or all");
        }
        else
        {
            // What is no text is no token of anybody. A room that asks for none ignores it.
            hello = new Hello(wanted, id, asked, !token.IsThere ? null : token.TryGetString(out string? shown) ? shown : "");
        }

        return hello is not null;
    }

    private static bool IsClient(string id) =>
        id.Length is >= ShortestClient and <= LongestClient && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static bool TryGetSince(RawValue value, out Since? since)
    {
        since = value.TryGetNumber(out long lines) && lines >= 0 ? new Since.Lines(lines) : null;
        return since is not null || (value.TryGetString(out string? text) && Since.TryParse(text, out since));
    }
}
