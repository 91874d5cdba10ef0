using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Writes the pieces of JSON objects. The caller puts them in order.</summary>
/// <remarks>
/// Only what JSON needs is escaped. Utf8JsonWriter would also escape line separators and all emoji. The bytes collect in one array, which grows and is kept:
/// an output for any kind of buffer would be asked for memory with each piece.
/// </remarks>
internal sealed class JsonOutput
{
    private const int LongestNumber = 20;

    private readonly byte[] _time = new byte[SessionUnit.TimeBytes + 2];
    private long _milliseconds = -1;
    private byte[] _bytes = [];

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written. Valid until the next call of another member.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Begins anew. What <see cref="Written"/> gave stays as it is until something is written.</summary>
    public void Clear() => Length = 0;

    /// <summary>Bytes as they are.</summary>
    public JsonOutput Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
        return this;
    }

    public JsonOutput Number(long number)
    {
        number.TryFormat(Reserve(LongestNumber), out int length, default, CultureInfo.InvariantCulture);
        Length += length;
        return this;
    }

    /// <summary>A time, in UTC and to the millisecond, with its quotes. Its text is kept as long as the millisecond lasts.</summary>
    public JsonOutput Time(DateTimeOffset time)
    {
        long milliseconds = time.UtcTicks / TimeSpan.TicksPerMillisecond;
        if (milliseconds != _milliseconds)
        {
            time.UtcDateTime.TryFormat(_time, out _, "'\"'yyyy-MM-dd'T'HH:mm:ss.fff'Z\"'", CultureInfo.InvariantCulture);
            _milliseconds = milliseconds;
        }

        return Raw(_time);
    }

    /// <summary>A string, with its quotes.</summary>
    public JsonOutput String(string text)
    {
        Span<byte> buffer = stackalloc byte[256];
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > buffer.Length ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? buffer;
        int length = Encoding.UTF8.GetBytes(text, bytes);
        String(bytes[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    /// <summary>A string of valid UTF-8, with its quotes.</summary>
    public JsonOutput String(ReadOnlySpan<byte> text)
    {
        Raw("\""u8);
        while (true)
        {
            int clean = Escapes.CleanLength(text);
            Raw(text[..clean]);
            if (clean == text.Length)
            {
                return Raw("\""u8);
            }

            Length += Escapes.Write(text[clean], Reserve(Escapes.Longest));
            text = text[(clean + 1)..];
        }
    }

    /// <summary>Bytes as a string of base64, with its quotes.</summary>
    public JsonOutput Base64(ReadOnlySpan<byte> bytes)
    {
        Raw("\""u8);
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out int length);
        Length += length;
        return Raw("\""u8);
    }

    private Span<byte> Reserve(int length)
    {
        if (_bytes.Length - Length < length)
        {
            Grow(length);
        }

        return _bytes.AsSpan(Length);
    }

    private void Grow(int length) =>
        Array.Resize(ref _bytes, (int)Math.Max((long)Length + length, Math.Min(2L * _bytes.Length, Array.MaxLength)));
}
