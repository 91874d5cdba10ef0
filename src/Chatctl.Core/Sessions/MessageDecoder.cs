using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Chatctl.Core.Sessions;

/// <summary>Reads what clients send after the hello.</summary>
/// <remarks>
/// One decoder serves all the sessions of a room, under the room's lock. A line allocates nothing. Whether a text is accepted depends on the text
/// alone. So a line that is sent again is answered in the same way again.
/// </remarks>
/// <param name="maxText">The longest text, in bytes.</param>
/// <param name="terminator">The byte that ends the lines of the room. No text may hold it.</param>
internal sealed class MessageDecoder(int maxText, byte terminator)
{
    private readonly int _maxBase64 = (int)Math.Min((maxText + 2L) / 3 * 4, Array.MaxLength);
    private byte[] _buffer = [];

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, with or without its line end.</param>
    /// <param name="message">What it says.</param>
    public MessageKind Decode(ReadOnlySpan<byte> line, out ClientMessage message)
    {
        if (UsualLine.TryRead(line, out long usual, out ReadOnlySpan<byte> said) && said.Length <= maxText)
        {
            message = new ClientMessage { N = usual, Text = said };
            return MessageKind.Line;
        }

        message = default;
        if (line.Trim(" \t\r\n"u8).IsEmpty)
        {
            return MessageKind.Nothing;
        }

        RawValue n = default, text = default, base64 = default, name = default, who = default;
        try
        {
            var members = new MemberReader(line);
            while (members.Next())
            {
                if (members.Is("n"u8))
                {
                    n = members.Value;
                }
                else if (members.Is("text"u8))
                {
                    text = members.Value;
                }
                else if (members.Is("base64"u8))
                {
                    base64 = members.Value;
                }
                else if (members.Is("name"u8))
                {
                    name = members.Value;
                }
                else if (members.Is("who"u8))
                {
                    who = members.Value;
                }
            }
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            message = new ClientMessage { Fault = new Fault(Fault.Json, "a line is not a JSON object, or it is more than 8 levels deep") };
            return MessageKind.Broken;
        }

        if (text.IsThere || base64.IsThere)
        {
            return DecodeLine(n, text, base64, out message);
        }

        if (name.IsThere)
        {
            bool isName = name.TryGetString(out string? wanted);
            message = isName ? new ClientMessage { Name = wanted } : Refuse(0, Fault.Name, "the name is not a string of valid Unicode");
            return isName ? MessageKind.Rename : MessageKind.Refused;
        }

        return who.IsTrue ? MessageKind.Who : MessageKind.Nothing;
    }

    private static ClientMessage Refuse(long n, string code, string why) => new() { N = n, Fault = new Fault(code, why) };

    private MessageKind DecodeLine(RawValue n, RawValue text, RawValue base64, out ClientMessage message)
    {
        long number = 0;
        if (n.IsThere && !(n.TryGetNumber(out number) && number is > 0 and <= SessionWire.MaxNumber))
        {
            message = Refuse(0, Fault.Number, "n is not a whole number from 1 to 9007199254740991");
            return MessageKind.Refused;
        }

        Fault fault = Read(text, base64, out ReadOnlySpan<byte> bytes);
        message = new ClientMessage { N = number, Text = bytes, Fault = fault };
        return fault.Code is null ? MessageKind.Line : MessageKind.Refused;
    }

    /// <summary>Reads the text.</summary>
    /// <returns>What is wrong with it. Its code is null if nothing is.</returns>
    private Fault Read(RawValue text, RawValue base64, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (text.IsThere && base64.IsThere)
        {
            return new Fault(Fault.Text, "a line has text or base64, but not both");
        }

        RawValue value = text.IsThere ? text : base64;
        if (!value.IsString)
        {
            return new Fault(Fault.Text, text.IsThere ? "text is not a string" : "base64 is not a string");
        }

        OperationStatus status = text.IsThere ? Unescape(value, maxText, out bytes) : Decode64(value, out bytes);
        if (status == OperationStatus.DestinationTooSmall || (status == OperationStatus.Done && bytes.Length > maxText))
        {
            bytes = default;
            return new Fault(Fault.TooLong, "the text is longer than maxText in the server's hello");
        }

        if (status != OperationStatus.Done || (text.IsThere && !Utf8.IsValid(bytes)))
        {
            bytes = default;
            return new Fault(Fault.Text, text.IsThere ? "the text is not valid Unicode; send it as base64" : "base64 is not valid base64");
        }

        if (bytes.Contains(terminator))
        {
            bytes = default;
            return new Fault(Fault.Terminator, terminator == 0 ? "the text holds a NUL, which ends lines in this room" : "the text holds a line end");
        }

        return default;
    }

    private OperationStatus Decode64(RawValue value, out ReadOnlySpan<byte> bytes)
    {
        OperationStatus status = Unescape(value, _maxBase64, out bytes);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        // The bytes may be those of the input, which is not ours to write on.
        Span<byte> buffer = Reserve(bytes.Length);
        bytes.CopyTo(buffer);
        status = Base64.DecodeFromUtf8InPlace(buffer[..bytes.Length], out int length);
        bytes = buffer[..length];
        return status;
    }

    /// <summary>Takes the escapes out, if there are any.</summary>
    private OperationStatus Unescape(RawValue value, int longest, out ReadOnlySpan<byte> bytes)
    {
        bytes = value.Bytes;
        if (!value.IsEscaped)
        {
            return bytes.Length > longest ? OperationStatus.DestinationTooSmall : OperationStatus.Done;
        }

        Span<byte> buffer = Reserve(Math.Min(bytes.Length, longest));
        OperationStatus status = Escapes.Remove(bytes, buffer, out int length);
        bytes = buffer[..length];
        return status;
    }

    private Span<byte> Reserve(int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, Math.Min(2L * _buffer.Length, Array.MaxLength))];
        }

        return _buffer.AsSpan(0, length);
    }
}
