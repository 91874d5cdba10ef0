using System.Buffers;
using System.Globalization;
using System.Text;
using Chatctl.Core;

namespace Chatctl.Terminal;

/// <summary>
/// Makes bytes from others safe for a terminal. Control characters are shown and not obeyed, and invisible characters are shown too.
/// <c>^[</c> stands for a control character, <c>\u{202e}</c> for a control character beyond ASCII or a character that
/// <see cref="Invisible"/> would hide, and <c>\xff</c> for a byte that is not UTF-8. All other text, tabs and line ends (LF, CR LF) pass.
/// </summary>
/// <remarks>Characters, line ends and joined characters may be split over calls. Not thread-safe.</remarks>
internal sealed class Neutralizer
{
    private readonly bool _isTyped;

    // Held back until more is known: an incomplete character, a CR that a LF may follow, or a joiner.
    private byte[] _held = [];

    // The last character, if it passed.
    private Rune _before;

    /// <summary>For text that others have sent.</summary>
    public Neutralizer()
        : this(isTyped: false)
    {
    }

    private Neutralizer(bool isTyped) => _isTyped = isTyped;

    /// <summary>
    /// Makes a text that a person types or pastes safe for the line on the screen. Invisible characters stay: keyboards have keys for joiners
    /// and marks of direction, and those may come one by one.
    /// </summary>
    /// <param name="text">Line ends in it pass.</param>
    public static string Typed(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        new Neutralizer(isTyped: true).Take(Encoding.UTF8.GetBytes(text), isLast: true, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Makes a whole text safe, and keeps it in one line. A line end in it is shown as <c>^J</c>.</summary>
    /// <param name="text">Any bytes.</param>
    public static string Line(ReadOnlySpan<byte> text)
    {
        var output = new ArrayBufferWriter<byte>();
        while (true)
        {
            int end = text.IndexOf((byte)'\n');
            new Neutralizer().Take(end < 0 ? text : text[..end], isLast: true, output);
            if (end < 0)
            {
                return Encoding.UTF8.GetString(output.WrittenSpan);
            }

            output.Write("^J"u8);
            text = text[(end + 1)..];
        }
    }

    /// <summary>Takes bytes, and writes as many of them as are certain.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="output">Gets valid UTF-8.</param>
    public void Append(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output) =>
        Take(_held.Length > 0 ? [.. _held, .. bytes] : bytes, isLast: false, output);

    /// <summary>Writes what was held back. Called when nothing more follows.</summary>
    /// <param name="output">Gets valid UTF-8.</param>
    public void Finish(IBufferWriter<byte> output) => Take(_held, isLast: true, output);

    private void Take(ReadOnlySpan<byte> bytes, bool isLast, IBufferWriter<byte> output)
    {
        _held = [];
        while (true)
        {
            int plain = bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            ReadOnlySpan<byte> run = plain < 0 ? bytes : bytes[..plain];
            if (run.Length > 0)
            {
                output.Write(run);
                _before = new Rune(run[^1]);
            }

            if (plain < 0)
            {
                return;
            }

            bytes = bytes[plain..];
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
            Rune after = default;
            bool isOpen = status == OperationStatus.NeedMoreData
                || bytes is [(byte)'\r']
                || (Invisible.IsJoiner(rune) && Rune.DecodeFromUtf8(bytes[length..], out after, out _) == OperationStatus.NeedMoreData);
            if (isOpen && !isLast)
            {
                _held = bytes.ToArray();
                return;
            }

            bool passes = false;
            switch (status == OperationStatus.Done ? rune.Value : -1)
            {
                case -1:
                    WriteEscaped(bytes[..length], output);
                    break;
                case '\r' when bytes is [_, (byte)'\n', ..]:
                    output.Write("\r\n"u8);
                    length = 2;
                    break;
                case '\t' or '\n':
                    output.Write(bytes[..length]);
                    break;
                case < ' ' or 0x7f:
                    output.Write([(byte)'^', (byte)(bytes[0] ^ 0x40)]);
                    break;
                case int other when IsDisruptive(other) || (!_isTyped && Invisible.Hides(_before, rune, after)):
                    output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{{{other:x}}}")));
                    break;
                default:
                    output.Write(bytes[..length]);
                    passes = true;
                    break;
            }

            _before = passes ? rune : default;
            bytes = bytes[length..];
        }
    }

    /// <summary>Whether a character is a C1 control, separates lines or paragraphs, or embeds, overrides or isolates a text direction.</summary>
    private static bool IsDisruptive(int value) => value is (>= 0x80 and <= 0x9f) or (>= 0x2028 and <= 0x202e) or (>= 0x2066 and <= 0x2069);

    private static void WriteEscaped(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        foreach (byte b in bytes)
        {
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}")));
        }
    }
}
