using System.Buffers;
using System.Text;

namespace Chatctl.Terminal;

/// <summary>
/// Turns a terminal's bytes into keys: UTF-8, control characters, the escape sequences of xterm and similar terminals, and bracketed paste.
/// A key may be split over reads. An escape sequence without a meaning here is dropped completely. Not thread-safe.
/// </summary>
internal sealed class KeyReader
{
    private const byte Escape = 0x1b;

    // Longer than any sequence that a terminal sends for a key.
    private const int LongestSequence = 32;

    private byte[] _pending = [];

    private static ReadOnlySpan<byte> PasteStart => "\e[200~"u8;

    private static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    /// <summary>Takes what was read, and returns the keys that are complete now.</summary>
    /// <param name="bytes">The bytes as they came.</param>
    public List<Key> Read(ReadOnlySpan<byte> bytes)
    {
        var keys = new List<Key>();
        _pending = [.. _pending, .. bytes];
        ReadOnlySpan<byte> rest = _pending;
        while (rest.Length > 0)
        {
            int length = Take(rest, out Key? key);
            if (length == 0)
            {
                break;
            }

            if (key is { } known)
            {
                keys.Add(known);
            }

            rest = rest[length..];
        }

        _pending = rest.ToArray();
        return keys;
    }

    /// <summary>Takes the first key.</summary>
    /// <param name="bytes">At least one.</param>
    /// <param name="key">The key; null if the bytes have no meaning.</param>
    /// <returns>How many bytes it has; 0 if the key is not complete.</returns>
    private static int Take(ReadOnlySpan<byte> bytes, out Key? key)
    {
        key = null;
        switch (bytes[0])
        {
            case Escape when bytes.Length == 1:
                return 0;
            case Escape when bytes[1] == '[':
                return TakeSequence(bytes, out key);
            case Escape when bytes[1] == 'O':
                // Some keypads send this in application mode.
                key = bytes.Length == 2 ? null : Named(bytes[2], isWordwise: false);
                return bytes.Length == 2 ? 0 : 3;
            case Escape when bytes[1] == Escape:
                // The Escape key alone, or a sequence with an Escape before it because Alt was held.
                return 1;
            case Escape:
                key = WithAlt(bytes[1]);
                return 2;
            case < (byte)' ' or 0x7f:
                key = WithControl(bytes[0]);
                return 1;
            default:
                return TakeText(bytes, out key);
        }
    }

    private static int TakeText(ReadOnlySpan<byte> bytes, out Key? key)
    {
        int length = 0;
        OperationStatus status = OperationStatus.Done;
        while (length < bytes.Length && bytes[length] is >= (byte)' ' and not 0x7f)
        {
            status = Rune.DecodeFromUtf8(bytes[length..], out _, out int more);
            if (status != OperationStatus.Done)
            {
                break;
            }

            length += more;
        }

        key = length > 0 ? new Key(KeyKind.Text, Encoding.UTF8.GetString(bytes[..length])) : null;

        // A byte that is not text is dropped.
        return length > 0 || status == OperationStatus.NeedMoreData ? length : 1;
    }

    private static int TakeSequence(ReadOnlySpan<byte> bytes, out Key? key)
    {
        key = null;
        if (bytes.StartsWith(PasteStart))
        {
            ReadOnlySpan<byte> block = bytes[PasteStart.Length..];
            int end = block.IndexOf(PasteEnd);
            key = end < 0 ? null : new Key(KeyKind.Paste, Encoding.UTF8.GetString(block[..end]));
            return end < 0 ? 0 : PasteStart.Length + end + PasteEnd.Length;
        }

        // Parameter and intermediate bytes come before the final byte, which names the key. The function keys of the Linux console have
        // a second [.
        int length = bytes is [_, _, (byte)'[', ..] ? 3 : 2;
        while (length < bytes.Length && bytes[length] is >= 0x20 and <= 0x3f)
        {
            length++;
        }

        if (length == bytes.Length)
        {
            return length < LongestSequence ? 0 : length;
        }

        if (bytes[2] != '[')
        {
            key = Meaning(bytes[2..length], bytes[length]);
        }

        return length + 1;
    }

    private static Key? Meaning(ReadOnlySpan<byte> parameters, byte final)
    {
        // "1;5" before the final byte means that Ctrl was held, and "1;3" that Alt was. The number is 1 plus the sum of Shift 1, Alt 2, Ctrl 4.
        int separator = parameters.IndexOf((byte)';');
        bool isWordwise = separator >= 0 && parameters[(separator + 1)..] is [>= (byte)'3' and <= (byte)'8'];
        if (final != '~')
        {
            return Named(final, isWordwise);
        }

        return (separator < 0 ? parameters : parameters[..separator]) switch
        {
            [(byte)'1' or (byte)'7'] => new Key(KeyKind.Home),
            [(byte)'4' or (byte)'8'] => new Key(KeyKind.End),
            [(byte)'3'] => new Key(isWordwise ? KeyKind.CutWordRight : KeyKind.Delete),
            _ => null,
        };
    }

    private static Key? Named(byte final, bool isWordwise) => final switch
    {
        (byte)'A' => new Key(KeyKind.Up),
        (byte)'B' => new Key(KeyKind.Down),
        (byte)'C' => new Key(isWordwise ? KeyKind.WordRight : KeyKind.Right),
        (byte)'D' => new Key(isWordwise ? KeyKind.WordLeft : KeyKind.Left),
        (byte)'H' => new Key(KeyKind.Home),
        (byte)'F' => new Key(KeyKind.End),
        _ => null,
    };

    private static Key? WithAlt(byte key) => key switch
    {
        (byte)'b' => new Key(KeyKind.WordLeft),
        (byte)'f' => new Key(KeyKind.WordRight),
        (byte)'d' => new Key(KeyKind.CutWordRight),
        0x7f or 0x08 => new Key(KeyKind.CutWordLeft),

        // The Escape key was pressed before one of these.
        (byte)'\r' or (byte)'\n' or < (byte)' ' => WithControl(key),
        _ => null,
    };

    private static Key? WithControl(byte key) => (char)(key ^ 0x40) switch
    {
        'A' => new Key(KeyKind.Home),
        'B' => new Key(KeyKind.Left),
        'C' => new Key(KeyKind.Interrupt),
        'D' => new Key(KeyKind.DeleteOrEnd),
        'E' => new Key(KeyKind.End),
        'F' => new Key(KeyKind.Right),
        'H' or '?' => new Key(KeyKind.Backspace),
        'I' => new Key(KeyKind.Tab),
        'J' or 'M' => new Key(KeyKind.Enter),
        'K' => new Key(KeyKind.CutToEnd),
        'L' => new Key(KeyKind.Redraw),
        'N' => new Key(KeyKind.Down),
        'P' => new Key(KeyKind.Up),
        'T' => new Key(KeyKind.Transpose),
        'U' => new Key(KeyKind.CutToStart),
        'W' => new Key(KeyKind.CutBlankWord),
        'Y' => new Key(KeyKind.Yank),
        'Z' => new Key(KeyKind.Suspend),
        _ => null,
    };
}
