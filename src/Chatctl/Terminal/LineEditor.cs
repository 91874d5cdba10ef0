namespace Chatctl.Terminal;

/// <summary>What a key led to, apart from a change of the typed line.</summary>
internal enum Outcome
{
    /// <summary>Nothing more.</summary>
    Edited,

    /// <summary>The lines in <see cref="LineEditor.Entered"/> are to be sent.</summary>
    Entered,

    /// <summary>The lines in <see cref="LineEditor.Entered"/> were pasted and are to be sent as they are.</summary>
    Pasted,

    /// <summary>The person leaves at once.</summary>
    Interrupted,

    /// <summary>The person ends the input.</summary>
    Ended,

    /// <summary>The person suspends the process, to get the shell back for a while.</summary>
    Suspended,

    /// <summary>The screen is to be cleared.</summary>
    Cleared,
}

/// <summary>The line that is being typed. Keys change it, and some keys do more. It does not depend on a terminal. Not thread-safe.</summary>
/// <param name="words">The words that the Tab key completes. Without them, the key inserts a tab.</param>
internal sealed class LineEditor(Completion.Words? words = null)
{
    private const string LinePrompt = "> ";
    private const int PreviewedLines = 3;

    private readonly History _history = new();
    private string _cut = "";
    private bool _isCutting;

    // What the Tab key found. Any other key ends it.
    private Completion? _completion;

    // The pasted lines that a question is about, and the answer so far.
    private string[] _block = [];
    private string _answer = "";
    private string _text = "";
    private int _cursor;

    /// <summary>The text before the line.</summary>
    public string Prompt => IsAsking ? $"send {_block.Length} lines? [y/N] " : LinePrompt;

    /// <summary>The line, or the answer to a question.</summary>
    public string Text => IsAsking ? _answer : _text;

    /// <summary>The cursor's position in <see cref="Text"/>, in UTF-16 units. It is never inside a character.</summary>
    public int Cursor => IsAsking ? _answer.Length : _cursor;

    /// <summary>The text that the question is about, shown above it. It is empty if there is no question.</summary>
    public IReadOnlyList<string> Preview { get; private set; } = [];

    /// <summary>The lines that the last key entered, without their terminators.</summary>
    public IReadOnlyList<string> Entered { get; private set; } = [];

    private bool IsAsking => _block.Length > 0;

    /// <summary>The text on the screen for a line that was entered.</summary>
    public static string Sent(string line) => LinePrompt + line;

    /// <summary>Obeys a key.</summary>
    public Outcome Apply(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Suspend:
                return Outcome.Suspended;
            case KeyKind.Redraw:
                return Outcome.Cleared;
        }

        if (IsAsking)
        {
            return Answer(key);
        }

        bool wasCutting = _isCutting;
        _isCutting = false;
        _completion = key.Kind == KeyKind.Tab ? _completion : null;
        switch (key.Kind)
        {
            case KeyKind.Text:
                Insert(Neutralizer.Typed(key.Text));
                break;
            case KeyKind.Paste:
                Paste(key.Text);
                break;
            case KeyKind.Tab when words is null:
                Insert("\t");
                break;
            case KeyKind.Tab:
                Complete(words);
                break;
            case KeyKind.Enter:
                _history.Add(_text);
                Entered = [_text];
                Replace("");
                return Outcome.Entered;
            case KeyKind.Interrupt when _text.Length == 0:
                return Outcome.Interrupted;
            case KeyKind.Interrupt:
                _history.Add("");
                Replace("");
                break;
            case KeyKind.DeleteOrEnd when _text.Length == 0:
                return Outcome.Ended;
            case KeyKind.Up when _history.Previous(_text) is { } older:
                Replace(older);
                break;
            case KeyKind.Down when _history.Next() is { } newer:
                Replace(newer);
                break;
            case KeyKind.Backspace:
                Remove(TextElements.Previous(_text, _cursor), _cursor);
                break;
            case KeyKind.Delete or KeyKind.DeleteOrEnd:
                Remove(_cursor, TextElements.Next(_text, _cursor));
                break;
            case KeyKind.Yank:
                Insert(_cut);
                break;
            case KeyKind.Transpose:
                Transpose();
                break;
            case KeyKind.CutBlankWord or KeyKind.CutWordLeft or KeyKind.CutToStart or KeyKind.CutWordRight or KeyKind.CutToEnd:
                Cut(Destination(key.Kind), wasCutting);
                break;
            default:
                _cursor = Destination(key.Kind);
                break;
        }

        return Outcome.Edited;
    }

    /// <summary>The position that a key moves the cursor to, or the position that it cuts to.</summary>
    private int Destination(KeyKind kind) => kind switch
    {
        KeyKind.Left => TextElements.Previous(_text, _cursor),
        KeyKind.Right => TextElements.Next(_text, _cursor),
        KeyKind.WordLeft or KeyKind.CutWordLeft => TextElements.PreviousWord(_text, _cursor),
        KeyKind.WordRight or KeyKind.CutWordRight => TextElements.NextWord(_text, _cursor),
        KeyKind.CutBlankWord => TextElements.PreviousBlankWord(_text, _cursor),
        KeyKind.Home or KeyKind.CutToStart => 0,
        KeyKind.End or KeyKind.CutToEnd => _text.Length,
        _ => _cursor,
    };

    private void Replace(string text) => (_text, _cursor) = (text, text.Length);

    private void Complete(Completion.Words words)
    {
        _completion ??= Completion.Find(_text, _cursor, words);
        if (_completion is not null)
        {
            (_text, int cursor) = _completion.Next();
            MoveTo(cursor);
        }
    }

    private void Insert(string text)
    {
        _text = _text.Insert(_cursor, text);
        MoveTo(_cursor + text.Length);
    }

    private void Remove(int start, int end)
    {
        _text = _text.Remove(start, end - start);
        MoveTo(start);
    }

    /// <summary>Moves the cursor to a position. If an edit has joined two characters there, moves it behind the new character.</summary>
    private void MoveTo(int position)
    {
        int start = TextElements.Previous(_text, position);
        _cursor = start < position ? TextElements.Next(_text, start) : position;
    }

    private void Cut(int destination, bool goesOn)
    {
        (int start, int end) = destination < _cursor ? (destination, _cursor) : (_cursor, destination);
        string piece = _text[start..end];
        _cut = !goesOn ? piece : destination < _cursor ? piece + _cut : _cut + piece;
        _isCutting = true;
        Remove(start, end);
    }

    /// <summary>Exchanges the characters to the left and right of the cursor. At the end of the line, exchanges the last two.</summary>
    private void Transpose()
    {
        int middle = _cursor == _text.Length ? TextElements.Previous(_text, _cursor) : _cursor;
        if (middle > 0)
        {
            int start = TextElements.Previous(_text, middle), end = TextElements.Next(_text, middle);
            _text = _text[..start] + _text[middle..end] + _text[start..middle] + _text[end..];
            MoveTo(end);
        }
    }

    /// <summary>Inserts one pasted line into the typed line. Before several lines it asks, because they would be sent at once.</summary>
    private void Paste(string text)
    {
        // Terminals send line ends as CR, as the Enter key does.
        string[] lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        lines = Array.ConvertAll(lines, Neutralizer.Typed);
        if (lines.Length == 1)
        {
            Insert(lines[0]);
            return;
        }

        _block = lines;
        _answer = "";
        Preview = lines.Length > PreviewedLines ? [.. lines[..PreviewedLines], "…"] : lines;
    }

    private Outcome Answer(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text:
                _answer += Neutralizer.Typed(key.Text);
                return Outcome.Edited;
            case KeyKind.Backspace:
                _answer = _answer[..TextElements.Previous(_answer, _answer.Length)];
                return Outcome.Edited;
            case KeyKind.Enter or KeyKind.Interrupt or KeyKind.DeleteOrEnd:
                bool isYes = key.Kind == KeyKind.Enter && _answer.Trim().ToUpperInvariant() is "Y" or "YES";
                Entered = isYes ? _block : [];
                _block = [];
                Preview = [];
                return isYes ? Outcome.Pasted : Outcome.Edited;
            default:
                return Outcome.Edited;
        }
    }
}
