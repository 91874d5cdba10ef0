namespace Chatctl.Terminal;

/// <summary>The meaning of a key or of a combination of keys.</summary>
internal enum KeyKind
{
    /// <summary>Text to insert: <see cref="Key.Text"/>.</summary>
    Text,

    /// <summary>A pasted block: <see cref="Key.Text"/>, with its line ends.</summary>
    Paste,
    Enter,

    /// <summary>Complete the word before the cursor, or insert a tab.</summary>
    Tab,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    Up,
    Down,
    Backspace,
    Delete,

    /// <summary>Delete the next character. On an empty line, end the input.</summary>
    DeleteOrEnd,

    /// <summary>Cut to the left, up to white space.</summary>
    CutBlankWord,
    CutWordLeft,
    CutWordRight,
    CutToStart,
    CutToEnd,

    /// <summary>Insert what was cut last.</summary>
    Yank,
    Transpose,

    /// <summary>Clear the screen and draw again.</summary>
    Redraw,
    Interrupt,
    Suspend,
}

/// <summary>One key.</summary>
/// <param name="Kind">Its meaning.</param>
/// <param name="Text">The text that it inserts, if any.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");
