using System.Buffers;
using System.Text;

namespace Chatctl.Terminal;

/// <summary>
/// A terminal on which lines arrive while the person types one. It keeps both apart: what arrives is printed above the typed line. A line
/// of which only the beginning has arrived is drawn there too, and printed once it is whole. Thread-safe; each change is one write.
/// </summary>
/// <param name="output">The terminal. It is not disposed.</param>
/// <param name="size">Tells the terminal's size. It is called at every change.</param>
/// <param name="palette">How the terminal shows styles.</param>
/// <param name="words">The words that the Tab key completes; null outside of a chat. In a chat, the chat shows what was entered. Called under a lock.</param>
internal sealed class Display(Stream output, Func<TerminalSize> size, Palette palette, Completion.Words? words = null) : IChatWindow
{
    // A line that has no end after so many bytes is printed in pieces.
    private const int LongestLine = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly LineEditor _editor = new(words);
    private readonly Neutralizer _neutralizer = new();
    private readonly Screen _screen = new(palette);

    // Collects the bytes of one change.
    private readonly ArrayBufferWriter<byte> _bytes = new();

    // The beginning of a line whose end has not arrived. It is already safe for the terminal.
    private byte[] _begun = [];
    private bool _isOpen;

    // What a chat has entered and waits for.
    private IReadOnlyList<string> _waiting = [];

    // This sequence tells the terminal to mark what is pasted.
    private static ReadOnlySpan<byte> MarkPastes => "\e[?2004h"u8;

    private static ReadOnlySpan<byte> LeavePastes => "\e[?2004l"u8;

    /// <inheritdoc/>
    public int Columns => size().Columns;

    /// <inheritdoc/>
    public bool HidesEntered => true;

    /// <summary>Shows the typed line, from the cursor's row on. It does not matter what was drawn before.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _screen.Forget();
            _isOpen = true;
            Change([.. "\r"u8, .. MarkPastes]);
        }
    }

    /// <summary>
    /// Leaves the terminal as it was before, with the cursor at the start of a row. An unfinished line stays visible. What arrives later is
    /// still printed, and <see cref="Open"/> shows the typed line again.
    /// </summary>
    /// <param name="patience">How long to wait if another thread is printing and the terminal takes nothing.</param>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public void Close(TimeSpan patience)
    {
        if (!_gate.TryEnter(patience))
        {
            return;
        }

        try
        {
            if (_isOpen)
            {
                _isOpen = false;
                string typed = _editor.Text.Length > 0 ? _editor.Prompt + _editor.Text + "\r\n" : "";
                Change([.. LeavePastes, .. TakeBegun(), .. Encoding.UTF8.GetBytes(typed)]);
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Prints what has arrived.</summary>
    /// <param name="bytes">Any bytes. A line may be split over calls.</param>
    public void Print(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var neutral = new ArrayBufferWriter<byte>();
            neutral.Write(_begun);
            _neutralizer.Append(bytes, neutral);
            ReadOnlySpan<byte> text = neutral.WrittenSpan;
            if (!_isOpen)
            {
                output.Write(text);
                return;
            }

            int whole = text.LastIndexOf((byte)'\n') + 1;
            _begun = text[whole..].ToArray();
            Change([.. text[..whole], .. _begun.Length > LongestLine ? TakeBegun() : []]);
        }
    }

    /// <inheritdoc/>
    public void Show(string lines, IReadOnlyList<string> waiting)
    {
        lock (_gate)
        {
            _waiting = waiting;
            Change(Encoding.UTF8.GetBytes(lines));
        }
    }

    /// <summary>Prints a last line that has no end. Called when nothing more will arrive.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            var rest = new ArrayBufferWriter<byte>();
            _neutralizer.Finish(rest);
            _begun = [.. _begun, .. rest.WrittenSpan];
            if (_begun.Length > 0)
            {
                Change(TakeBegun());
            }
        }
    }

    /// <summary>Writes to another stream that goes to the same terminal.</summary>
    /// <param name="text">Whole lines.</param>
    /// <param name="stream">The stream.</param>
    public void Print(ReadOnlySpan<byte> text, Stream stream)
    {
        lock (_gate)
        {
            bool isOpen = _isOpen;
            _isOpen = false;
            Change([]);
            stream.Write(text);
            _isOpen = isOpen;
            Change([]);
        }
    }

    /// <summary>Draws the typed line again, because the terminal has another size.</summary>
    public void Redraw()
    {
        lock (_gate)
        {
            Change([]);
        }
    }

    /// <summary>Obeys a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="entered">The lines that the key entered, if any. They are already on the screen, but not in a chat.</param>
    /// <returns>What the key led to.</returns>
    public Outcome Apply(Key key, out IReadOnlyList<string> entered)
    {
        lock (_gate)
        {
            Outcome outcome = _editor.Apply(key);
            entered = outcome is Outcome.Entered or Outcome.Pasted ? _editor.Entered : [];
            Change(outcome == Outcome.Cleared
                ? "\e[H\e[2J"u8
                : words is not null ? default
                : Encoding.UTF8.GetBytes(string.Concat(entered.Select(line => LineEditor.Sent(line) + "\r\n"))));
            return outcome;
        }
    }

    /// <summary>Takes the beginning that has arrived, and makes it a line.</summary>
    private byte[] TakeBegun()
    {
        byte[] line = _begun.Length > 0 ? [.. _begun, .. "\r\n"u8] : [];
        _begun = [];
        return line;
    }

    /// <summary>Erases what is drawn, prints, and draws again.</summary>
    private void Change(ReadOnlySpan<byte> printed)
    {
        _bytes.Clear();

        // The size is asked for at every change and not only after a signal. Something may arrive before the signal, and with the old size
        // it would be printed into the typed line.
        _screen.Resize(size());
        _screen.Erase(_bytes);
        _bytes.Write(printed);
        if (_isOpen)
        {
            string[] begun = _begun.Length > 0 ? [TextOf(_begun)] : [];
            _screen.Draw(new Frame(_waiting, [.. begun, .. _editor.Preview], _editor.Prompt, _editor.Text, _editor.Cursor), _bytes);
        }

        output.Write(_bytes.WrittenSpan);
    }

    /// <summary>The last few rows of a line whose end has not arrived.</summary>
    private string TextOf(byte[] begun)
    {
        int start = Math.Max(0, begun.Length - (2 * _screen.Columns));
        while (start < begun.Length && start > 0 && (begun[start] & 0xc0) == 0x80)
        {
            start++;
        }

        return (start > 0 ? "…" : "") + Encoding.UTF8.GetString(begun.AsSpan(start));
    }
}
