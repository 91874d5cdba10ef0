using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Chatctl.Core.Sessions;

/// <summary>Takes the escapes out of JSON strings, and puts in those that must be there. Nothing here allocates or throws.</summary>
internal static class Escapes
{
    /// <summary>The longest escape, in bytes.</summary>
    public const int Longest = 6;

    /// <summary>Finds what must be escaped in a string: control characters, the quote and the backslash. All else stays as it is.</summary>
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Takes the escapes out of a string whose escapes have the right form, because a JSON reader has read it.</summary>
    /// <returns>
    /// <see cref="OperationStatus.InvalidData"/> if an escape stands for half of a surrogate pair, and
    /// <see cref="OperationStatus.DestinationTooSmall"/> if the text does not fit.
    /// </returns>
    public static OperationStatus Remove(ReadOnlySpan<byte> escaped, Span<byte> text, out int length)
    {
        length = 0;
        while (true)
        {
            int run = escaped.IndexOf((byte)'\\');
            ReadOnlySpan<byte> clean = run < 0 ? escaped : escaped[..run];
            if (!clean.TryCopyTo(text[length..]))
            {
                return OperationStatus.DestinationTooSmall;
            }

            length += clean.Length;
            if (run < 0)
            {
                return OperationStatus.Done;
            }

            escaped = escaped[run..];
            if (!TryDecode(ref escaped, out Rune rune))
            {
                return OperationStatus.InvalidData;
            }

            if (!rune.TryEncodeToUtf8(text[length..], out int written))
            {
                return OperationStatus.DestinationTooSmall;
            }

            length += written;
        }
    }

    /// <summary>How many bytes at the beginning need no escape.</summary>
    public static int CleanLength(ReadOnlySpan<byte> text)
    {
        int length = text.IndexOfAny(Special);
        return length < 0 ? text.Length : length;
    }

    /// <summary>Writes the escape of one byte.</summary>
    /// <param name="special">A byte that must be escaped.</param>
    /// <param name="escape">At least <see cref="Longest"/> bytes.</param>
    /// <returns>How many bytes the escape has.</returns>
    public static int Write(byte special, Span<byte> escape)
    {
        byte letter = special switch
        {
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            < 0x20 => 0,
            _ => special,
        };
        if (letter != 0)
        {
            escape[0] = (byte)'\\';
            escape[1] = letter;
            return 2;
        }

        @"\u00"u8.CopyTo(escape);
        Utf8Formatter.TryFormat(special, escape[4..], out _, new StandardFormat('x', 2));
        return 6;
    }

    /// <summary>Decodes the escape at the beginning, and a second one if it is the other half of a surrogate pair.</summary>
    private static bool TryDecode(ref ReadOnlySpan<byte> escaped, out Rune rune)
    {
        byte letter = escaped[1];
        if (letter != (byte)'u')
        {
            rune = new Rune(letter switch
            {
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                _ => (char)letter,
            });
            escaped = escaped[2..];
            return true;
        }

        char unit = CodeUnit(escaped);
        escaped = escaped[6..];
        if (Rune.TryCreate(unit, out rune))
        {
            return true;
        }

        if (!escaped.StartsWith(@"\u"u8) || !Rune.TryCreate(unit, CodeUnit(escaped), out rune))
        {
            return false;
        }

        escaped = escaped[6..];
        return true;
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape)
    {
        // The reader has seen that these are hexadecimal digits.
        _ = Utf8Parser.TryParse(escape[2..6], out ushort unit, out _, 'x');
        return (char)unit;
    }
}
