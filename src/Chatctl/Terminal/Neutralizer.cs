using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chatctl.Terminal;

/// <summary>
/// Makes bytes from elsewhere safe for a terminal: what would command it is shown instead of obeyed. <c>^[</c> for a control character,
/// <c>\u{202e}</c> for one beyond ASCII that turns the direction of text or breaks lines, <c>\xff</c> for a byte that is not UTF-8. All
/// other text, tabs and line ends (LF, CR LF) pass through.
/// </summary>
/// <remarks>
/// The marks U+200E, U+200F and U+061C pass: people who write from right to left need them, and they reach no further than a letter of
/// such a script does. Characters and line ends may be split over calls. Not thread-safe.
/// </remarks>
internal sealed class Neutralizer
{
    // An unfinished character, or a CR that a LF may follow.
    private byte[] _held = [];

    /// <summary>The text as it may be shown.</summary>
    /// <param name="text">Line ends in it pass.</param>
    public static string Visible(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        var neutralizer = new Neutralizer();
        neutralizer.Append(Encoding.UTF8.GetBytes(text), output);
        neutralizer.Finish(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Takes bytes, and gives as much as can be told of them.</summary>
    /// <param name="bytes">Anything.</param>
    /// <param name="output">Gets valid UTF-8.</param>
    public void Append(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (_held.Length > 0)
        {
            bytes = (byte[])[.. _held, .. bytes];
            _held = [];
        }

        while (true)
        {
            int plain = bytes.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            output.Write(plain < 0 ? bytes : bytes[..plain]);
            if (plain < 0)
            {
                return;
            }

            bytes = bytes[plain..];
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
            if (status == OperationStatus.NeedMoreData || bytes is [(byte)'\r'])
            {
                _held = bytes.ToArray();
                return;
            }

            switch (status == OperationStatus.Done ? rune.Value : -1)
            {
                case -1:
                    WriteEscaped(bytes[..length], output);
                    break;
                case '\r' when bytes[1] == '\n':
                    output.Write("\r\n"u8);
                    length = 2;
                    break;
                case '\t' or '\n':
                    output.Write(bytes[..length]);
                    break;
                case < ' ' or 0x7f:
                    output.Write([(byte)'^', (byte)(bytes[0] ^ 0x40)]);
                    break;
                case int other when IsDisruptive(other):
                    output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{{{other:x}}}")));
                    break;
                default:
                    output.Write(bytes[..length]);
                    break;
            }

            bytes = bytes[length..];
        }
    }

    /// <summary>Nothing follows: gives what was kept back.</summary>
    /// <param name="output">Gets valid UTF-8.</param>
    public void Finish(IBufferWriter<byte> output)
    {
        if (_held is [(byte)'\r'])
        {
            output.Write("^M"u8);
        }
        else
        {
            WriteEscaped(_held, output);
        }

        _held = [];
    }

    /// <summary>C1 controls, separators of lines and paragraphs, and what embeds, overrides or isolates a direction.</summary>
    private static bool IsDisruptive(int value) => value is (>= 0x80 and <= 0x9f) or (>= 0x2028 and <= 0x202e) or (>= 0x2066 and <= 0x2069);

    private static void WriteEscaped(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        foreach (byte b in bytes)
        {
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}")));
        }
    }
}
