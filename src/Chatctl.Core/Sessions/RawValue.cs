using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Chatctl.Core.Sessions;

/// <summary>The value of a member as it stands in the line, not yet unescaped. It is valid as long as the line is.</summary>
/// <param name="kind">What it is. An object or array has no bytes here.</param>
/// <param name="bytes">Its bytes; those of a string without the quotes.</param>
/// <param name="isEscaped">Whether a string has escapes.</param>
internal readonly ref struct RawValue(JsonTokenType kind, ReadOnlySpan<byte> bytes, bool isEscaped)
{
    /// <summary>Its bytes; those of a string without the quotes.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Whether a string has escapes.</summary>
    public bool IsEscaped { get; } = isEscaped;

    /// <summary>Whether there is a value. Null counts as none, because many programs write null for what they do not have.</summary>
    public bool IsThere => kind is not (JsonTokenType.None or JsonTokenType.Null);

    public bool IsString => kind == JsonTokenType.String;

    public bool IsTrue => kind == JsonTokenType.True;

    /// <summary>Whether it is this text, however it is escaped.</summary>
    public bool Holds(ReadOnlySpan<byte> text)
    {
        if (!IsEscaped)
        {
            return Bytes.SequenceEqual(text);
        }

        Span<byte> buffer = stackalloc byte[16];
        buffer = buffer[..Math.Min(text.Length, buffer.Length)];
        return Escapes.Remove(Bytes, buffer, out int length) == OperationStatus.Done && buffer[..length].SequenceEqual(text);
    }

    /// <summary>The number, if it is written as a whole one: neither <c>1.0</c> nor <c>1e3</c> is.</summary>
    public bool TryGetNumber(out long number)
    {
        number = 0;
        return kind == JsonTokenType.Number && Utf8Parser.TryParse(Bytes, out number, out int length) && length == Bytes.Length;
    }

    /// <summary>The string, if it is one and it is valid Unicode.</summary>
    public bool TryGetString([NotNullWhen(true)] out string? text)
    {
        text = null;
        if (!IsString)
        {
            return false;
        }

        // A string is never shorter with its escapes than without them.
        byte[] buffer = new byte[Bytes.Length];
        OperationStatus status = Escapes.Remove(Bytes, buffer, out int length);
        if (status != OperationStatus.Done || !Utf8.IsValid(buffer.AsSpan(0, length)))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(buffer, 0, length);
        return true;
    }
}
