using System.Text;

namespace Chatctl.Terminal;

/// <summary>One row of a terminal.</summary>
/// <param name="Text">Its text. It has no control characters, and blanks instead of tabs.</param>
/// <param name="Width">The most columns that it may take.</param>
internal readonly record struct Row(string Text, int Width);

/// <summary>Breaks text into rows of a given width, and finds the place of the cursor in them.</summary>
internal sealed class Layout
{
    private const int TabWidth = 8;

    private readonly List<Row> _rows = [];

    /// <summary>The rows, from the top.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>The number of the row with the cursor.</summary>
    public int CursorRow { get; private set; }

    /// <summary>The part of that row to the left of the cursor.</summary>
    public Row BeforeCursor { get; private set; }

    /// <summary>Adds a text without the cursor. It begins in a new row.</summary>
    /// <param name="text">Without line ends.</param>
    /// <param name="columns">The width.</param>
    public void Add(string text, int columns) => Add(text, -1, columns);

    /// <summary>Adds a text with the cursor in it. It begins in a new row.</summary>
    /// <param name="text">Without line ends.</param>
    /// <param name="cursor">The cursor's position in the text. It is never inside a character.</param>
    /// <param name="columns">The width.</param>
    public void Add(string text, int cursor, int columns)
    {
        var row = new StringBuilder();
        int width = 0;
        for (int position = 0; position < text.Length;)
        {
            int next = TextElements.Next(text, position);
            bool isTab = text[position] == '\t';
            int element = isTab ? TabWidth - (width % TabWidth) : TextElements.Width(text.AsSpan(position, next - position));

            // A tab ends at the end of its row at the latest, as on a terminal.
            bool fits = width + element <= columns || (isTab && width < columns);
            if (!fits && width > 0)
            {
                Break(row, ref width);
                element = isTab ? TabWidth : element;
            }

            element = isTab ? Math.Min(element, columns - width) : element;
            MarkCursor(position == cursor, row, width);
            row.Append(isTab ? new string(' ', element) : text[position..next]);
            width += element;
            position = next;
        }

        if (cursor == text.Length && width >= columns)
        {
            // The next character that is typed goes to the next row.
            Break(row, ref width);
        }

        MarkCursor(cursor == text.Length, row, width);
        Break(row, ref width);
    }

    private void MarkCursor(bool isHere, StringBuilder row, int width)
    {
        if (isHere)
        {
            (CursorRow, BeforeCursor) = (_rows.Count, new Row(row.ToString(), width));
        }
    }

    private void Break(StringBuilder row, ref int width)
    {
        _rows.Add(new Row(row.ToString(), width));
        row.Clear();
        width = 0;
    }
}
