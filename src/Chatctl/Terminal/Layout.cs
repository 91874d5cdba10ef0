using System.Text;

namespace Chatctl.Terminal;

/// <summary>One row of a terminal.</summary>
/// <param name="Text">Without controls; tabs are blanks.</param>
/// <param name="Width">How many columns it takes at most.</param>
internal readonly record struct Row(string Text, int Width);

/// <summary>Text broken into rows of a width, and where the cursor is in them.</summary>
internal sealed class Layout
{
    private const int TabWidth = 8;

    private readonly List<Row> _rows = [];

    /// <summary>The rows, from the top.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Which row the cursor is in.</summary>
    public int CursorRow { get; private set; }

    /// <summary>What is left of the cursor in its row.</summary>
    public Row BeforeCursor { get; private set; }

    /// <summary>Adds a text, from the start of a new row. The cursor is not in it.</summary>
    /// <param name="text">Without line ends.</param>
    /// <param name="columns">The width.</param>
    public void Add(string text, int columns) => Add(text, -1, columns);

    /// <summary>Adds a text with the cursor in it, from the start of a new row.</summary>
    /// <param name="text">Without line ends.</param>
    /// <param name="cursor">The position in it, not within a character.</param>
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

            // A tab goes no further than the end of its row, as when the terminal does it.
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
            // What is typed next will be in the next row.
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
