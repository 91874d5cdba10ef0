using System.Buffers;
using System.Globalization;
using System.Text;

namespace Chatctl.Terminal;

/// <summary>What is drawn below everything that was printed.</summary>
/// <param name="Waiting">Texts at the top that matter less.</param>
/// <param name="Above">Texts above the line, each in rows of its own.</param>
/// <param name="Prompt">The text before the line.</param>
/// <param name="Line">The line that is being typed.</param>
/// <param name="Cursor">The cursor's position in the line.</param>
internal sealed record Frame(IReadOnlyList<string> Waiting, IReadOnlyList<string> Above, string Prompt, string Line, int Cursor);

/// <summary>
/// Makes the byte sequences that draw a frame below what is printed, and erase it again. They change only the rows of the frame. So what is
/// printed scrolls up and into the terminal's memory as usual. Does no input or output. Not thread-safe.
/// </summary>
/// <remarks>
/// Between calls the cursor is in the frame, or at the start of an empty row if no frame is drawn. Terminals do not agree on the width of
/// some characters. So the cursor is put in its place by writing the text to its left once more, and a row that is too wide does not wrap.
/// When a terminal becomes narrower, it may push rows off its top. Those rows are out of reach, and stay in its memory.
/// </remarks>
/// <param name="palette">How the terminal shows styles.</param>
internal sealed class Screen(Palette palette)
{
    private TerminalSize _size = new(80, 24);

    // The rows of the frame above the cursor, and the columns to its left.
    private Row[] _above = [];
    private int _column;
    private bool _isDrawn;

    /// <summary>The width.</summary>
    public int Columns => _size.Columns;

    /// <summary>Sets the size. A terminal that changed its size may have wrapped rows that became too long.</summary>
    public void Resize(TerminalSize size) => _size = size;

    /// <summary>Forgets the frame, because another program has written to the terminal since.</summary>
    public void Forget() => _isDrawn = false;

    /// <summary>Erases the frame, and puts the cursor where the frame began. Does nothing if no frame is drawn.</summary>
    public void Erase(IBufferWriter<byte> output)
    {
        if (!_isDrawn)
        {
            return;
        }

        // A row that filled the old width may take several rows now.
        int above = _above.Sum(row => Math.Max(1, (row.Width + _size.Columns - 1) / _size.Columns)) + (_column / _size.Columns);
        MoveUp(above, output);

        // Clears the first row by itself, and the rest from its second column. Some terminals (tmux) take a clear from the very first cell
        // of the screen as a clear of the whole screen, and save the old text in their memory.
        output.Write("\r\e[K\e[C\e[J\r"u8);
        _isDrawn = false;
    }

    /// <summary>Draws a frame where the cursor is, which must be the start of an empty row.</summary>
    public void Draw(Frame frame, IBufferWriter<byte> output)
    {
        var layout = new Layout();
        foreach (string text in frame.Waiting)
        {
            layout.Add(text, _size.Columns);
        }

        int waiting = layout.Rows.Count;
        foreach (string text in frame.Above)
        {
            layout.Add(text, _size.Columns);
        }

        layout.Add(frame.Prompt + frame.Line, frame.Prompt.Length + frame.Cursor, _size.Columns);

        // A frame that is higher than the screen shows the rows around the cursor. One row stays free for what arrives.
        int height = Math.Clamp(_size.Rows - 1, 1, layout.Rows.Count);
        int first = Math.Clamp(layout.CursorRow - (height / 2), 0, layout.Rows.Count - height);

        output.Write("\e[?7l"u8);
        for (int row = first; row < first + height; row++)
        {
            string text = row < waiting ? palette.Dim(layout.Rows[row].Text) : layout.Rows[row].Text;
            Write(row == first ? text : "\r\n" + text, output);
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
