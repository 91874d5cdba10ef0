using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chatctl.Terminal;

/// <summary>What is drawn below everything that has been printed.</summary>
/// <param name="Above">Texts that have rows of their own.</param>
/// <param name="Prompt">What stands before the line.</param>
/// <param name="Line">The line being typed.</param>
/// <param name="Cursor">The cursor's position in the line.</param>
internal sealed record Frame(IReadOnlyList<string> Above, string Prompt, string Line, int Cursor);

/// <summary>
/// The byte sequences that draw a frame at the bottom of what is printed, and take it away again. Only its own rows are ever touched, so
/// that all that is printed scrolls up, and into the terminal's memory, as it would without. Does no input or output. Not thread-safe.
/// </summary>
/// <remarks>
/// Between calls the cursor is in the frame, or at the start of an empty row if none is drawn. Erasing what is not drawn does nothing.
/// Terminals do not agree on how wide some
/// characters are; the cursor is put where it belongs by writing once more what is left of it, and a row that is wider than it should be
/// does not wrap. Rows that a terminal pushes off its top while it becomes narrower are out of reach and stay in its memory.
/// </remarks>
internal sealed class Screen
{
    private TerminalSize _size = new(80, 24);

    // What is above and left of the cursor of what is drawn.
    private Row[] _above = [];
    private int _column;
    private bool _isDrawn;

    /// <summary>The width.</summary>
    public int Columns => _size.Columns;

    /// <summary>The terminal has another size now, and may have wrapped rows that became too long.</summary>
    public void Resize(TerminalSize size) => _size = size;

    /// <summary>What was drawn is no longer ours: somebody else has written since.</summary>
    public void Forget() => _isDrawn = false;

    /// <summary>Takes the frame away. The cursor is then where it began.</summary>
    public void Erase(IBufferWriter<byte> output)
    {
        if (!_isDrawn)
        {
            return;
        }

        // A row that was as wide as the terminal was may be several by now.
        int above = _above.Sum(row => Math.Max(1, (row.Width + _size.Columns - 1) / _size.Columns)) + (_column / _size.Columns);
        MoveUp(above, output);

        // The first row by itself and the rest from its second column: who clears a screen from its very first cell means all of it to
        // some terminals (tmux), and they keep what was there.
        output.Write("\r\e[K\e[C\e[J\r"u8);
        _isDrawn = false;
    }

    /// <summary>Draws a frame where the cursor is, which must be the start of an empty row.</summary>
    public void Draw(Frame frame, IBufferWriter<byte> output)
    {
        var layout = new Layout();
        foreach (string text in frame.Above)
        {
            layout.Add(text, _size.Columns);
        }

        layout.Add(frame.Prompt + frame.Line, frame.Prompt.Length + frame.Cursor, _size.Columns);

        // Of what is higher than the screen, the rows around the cursor. One row is left for what arrives.
        int height = Math.Clamp(_size.Rows - 1, 1, layout.Rows.Count);
        int first = Math.Clamp(layout.CursorRow - (height / 2), 0, layout.Rows.Count - height);

        output.Write("\e[?7l"u8);
        for (int row = first; row < first + height; row++)
        {
            Write(row == first ? layout.Rows[row].Text : "\r\n" + layout.Rows[row].Text, output);
        }

        int below = first + height - 1 - layout.CursorRow;
        if (below > 0 || layout.BeforeCursor.Width < layout.Rows[layout.CursorRow].Width)
        {
            MoveUp(below, output);
            Write("\r" + layout.BeforeCursor.Text, output);
        }

        output.Write("\e[?7h"u8);
        _above = [.. layout.Rows.Skip(first).Take(layout.CursorRow - first)];
        _column = layout.BeforeCursor.Width;
        _isDrawn = true;
    }

    private static void MoveUp(int rows, IBufferWriter<byte> output)
    {
        if (rows > 0)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"\e[{rows}A"), output);
        }
    }

    private static void Write(string text, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(text, output);
}
