using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Chatctl.Connect.Sessions;

/// <summary>Writes what a client says in a session: one line for each object, with its line end.</summary>
internal static class ClientWire
{
    // What stands around the text of a line, at most: its number, the names of the members, and the line end.
    private const int Frame = 64;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a hello begins with, in both directions.</summary>
    public static ReadOnlySpan<byte> Prefix => "CHATCTL/1 "u8;

    /// <summary>A new client id: 128 random bits.</summary>
    public static string NewClientId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The hello.</summary>
    /// <param name="client">The client id.</param>
    /// <param name="name">The name; null for the server's default.</param>
    /// <param name="since">What to send of the past; null for nothing.</param>
    /// <param name="token">The token; null for none.</param>
    public static byte[] Hello(string client, string? name, string? since, Token? token = null)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(Prefix);
        using (var writer = new Utf8JsonWriter(bytes, WriterOptions))
        {
            writer.WriteStartObject();
            if (name is not null)
            {
                writer.WriteString("name"u8, name);
            }

            writer.WriteString("client"u8, client);
            if (since is not null)
            {
                writer.WriteString("since"u8, since);
            }

            if (token is not null)
            {
                writer.WriteString("token"u8, token.Text);
            }

            writer.WriteEndObject();
        }

        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A request for another name.</summary>
    public static byte[] Rename(string name) => [.. "{\"name\":\""u8, .. JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\"}\n"u8];

    /// <summary>The question who is there.</summary>
    public static ReadOnlySpan<byte> Who => "{\"who\":true}\n"u8;

    /// <summary>The most bytes that a line can need.</summary>
    /// <param name="text">How many bytes its text has.</param>
    public static int MostBytes(int text) => (6 * text) + Frame;

    /// <summary>Writes a line.</summary>
    /// <param name="n">This client's number of it.</param>
    /// <param name="text">Its text without a line end. If it is not UTF-8, it is sent as base64.</param>
    /// <param name="destination">As long as <see cref="MostBytes"/> says, or longer.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Line(long n, ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = Put("{\"n\":"u8, destination);
        Utf8Formatter.TryFormat(n, destination[length..], out int digits);
        length += digits;
        if (Utf8.IsValid(text))
        {
            length += Put(",\"text\":\""u8, destination[length..]);
            length += Escape(text, destination[length..]);
        }
        else
        {
            length += Put(",\"base64\":\""u8, destination[length..]);
            Base64.EncodeToUtf8(text, destination[length..], out _, out int written);
            length += written;
        }

        return length + Put("\"}\n"u8, destination[length..]);
    }

    private static int Escape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        int clean;
        while ((clean = text.IndexOfAny(Escaped)) >= 0)
        {
            length += Put(text[..clean], destination[length..]);
            byte code = text[clean];
            destination[length++] = (byte)'\\';
            if (code is (byte)'"' or (byte)'\\')
            {
                destination[length++] = code;
            }
            else
            {
                length += Put("u00"u8, destination[length..]);
                destination[length++] = (byte)(code < 0x10 ? '0' : '1');
                destination[length++] = "0123456789abcdef"u8[code & 0xf];
            }

            text = text[(clean + 1)..];
        }

        return length + Put(text, destination[length..]);
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        bytes.CopyTo(destination);
        return bytes.Length;
    }
}
