namespace Chatctl.Terminal;

/// <summary>What a person means by a key or a combination of keys.</summary>
internal enum KeyKind
{
    /// <summary>Text to insert: <see cref="Key.Text"/>.</summary>
    Text,

    /// <summary>A pasted block: <see cref="Key.Text"/>, with its line ends.</summary>
    Paste,
    Enter,
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

    /// <summary>Delete the next character, or end the input where there is no line.</summary>
    DeleteOrEnd,

    /// <summary>Cut to the left until white space.</summary>
    CutBlankWord,
    CutWordLeft,
    CutWordRight,
    CutToStart,
    CutToEnd,

    /// <summary>Insert what was cut.</summary>
    Yank,
    Transpose,

    /// <summary>Clear the screen and draw anew.</summary>
    Redraw,
    Interrupt,
    Suspend,
}

/// <summary>One key.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Text">What it inserts, if anything.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");
