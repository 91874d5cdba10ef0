using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Writes the pieces of JSON objects. The caller puts them in order.</summary>
/// <remarks>
/// Only what JSON needs is escaped. Utf8JsonWriter would also escape line separators and all emoji. Call <see cref="Flush"/> at the end: bytes are handed to the
/// output in few, large portions.
/// </remarks>
/// <param name="output">Where the bytes go.</param>
internal sealed class JsonOutput(IBufferWriter<byte> output)
{
    private const int LongestNumber = 20;

    /// <summary>Enough for most lines at once.</summary>
    private const int Portion = 512;

    private readonly byte[] _time = new byte[SessionUnit.TimeBytes];
    private long _milliseconds = -1;
    private Memory<byte> _portion;
    private int _used;
    private int _flushed;

    /// <summary>How many bytes were written since the last flush.</summary>
    public int Written => _flushed + _used;

    /// <summary>Bytes as they are.</summary>
    public JsonOutput Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
        return this;
    }

    public JsonOutput Number(long number)
    {
        number.TryFormat(Reserve(LongestNumber), out int length, default, CultureInfo.InvariantCulture);
        _used += length;
        return this;
    }

    /// <summary>A time, in UTC and to the millisecond, with its quotes. Its text is kept as long as the millisecond lasts.</summary>
    public JsonOutput Time(DateTimeOffset time)
    {
        long milliseconds = time.UtcTicks / TimeSpan.TicksPerMillisecond;
        if (milliseconds != _milliseconds)
        {
            time.UtcDateTime.TryFormat(_time, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            _milliseconds = milliseconds;
        }

        return Raw("\""u8).Raw(_time).Raw("\""u8);
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

            _used += Escapes.Write(text[clean], Reserve(Escapes.Longest));
            text = text[(clean + 1)..];
        }
    }

    /// <summary>Bytes as a string of base64, with its quotes.</summary>
    public JsonOutput Base64(ReadOnlySpan<byte> bytes)
    {
        Raw("\""u8);
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out int length);
        _used += length;
        return Raw("\""u8);
    }

    /// <summary>Hands over what has been written.</summary>
    public void Flush()
    {
        output.Advance(_used);
        _portion = default;
        _used = 0;
        _flushed = 0;
    }

    private Span<byte> Reserve(int length)
    {
        if (_portion.Length - _used < length)
        {
            int flushed = Written;
            Flush();
            _flushed = flushed;
            _portion = output.GetMemory(Math.Max(length, Portion));
        }

        return _portion.Span[_used..];
    }
}
