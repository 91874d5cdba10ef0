using System.Buffers.Binary;
using System.Text;

namespace Chatctl.Core.Backplane;

/// <summary>Texts as bytes: each with its length in front, which is -1 for null.</summary>
internal static class BatchText
{
    /// <summary>Writes texts.</summary>
    public static byte[] Write(params ReadOnlySpan<string?> texts)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string? text in texts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
            bytes.Write(length);
            bytes.Write(Encoding.UTF8.GetBytes(text ?? ""));
        }

        return bytes.ToArray();
    }

    /// <summary>Reads all texts.</summary>
    /// <exception cref="FormatException">The bytes are none that <see cref="Write"/> has written.</exception>
    public static string?[] Read(ReadOnlySpan<byte> bytes)
    {
        var texts = new List<string?>();
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(bytes) is var length && (length < -1 || length > bytes.Length - sizeof(int)))
            {
                throw new FormatException("a text is not complete");
            }

            texts.Add(length < 0 ? null : Encoding.UTF8.GetString(bytes.Slice(sizeof(int), length)));
            bytes = bytes[(sizeof(int) + Math.Max(length, 0))..];
        }

        return [.. texts];
    }
}
