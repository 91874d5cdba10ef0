namespace Chatctl.Terminal;

/// <summary>What a key has led to, beyond the line looking different.</summary>
internal enum Outcome
{
    /// <summary>Nothing more.</summary>
    Edited,

    /// <summary><see cref="LineEditor.Entered"/> is to be sent.</summary>
    Entered,

    /// <summary>The person leaves, without ado.</summary>
    Interrupted,

    /// <summary>The person has nothing more to say.</summary>
    Ended,

    /// <summary>The person wants the shell back for a while.</summary>
    Suspended,

    /// <summary>The screen is to be cleared.</summary>
    Cleared,
}

/// <summary>The line being typed: keys change it, and some keys mean more. Knows nothing of terminals. Not thread-safe.</summary>
internal sealed class LineEditor
{
    private const string LinePrompt = "> ";
    private const int PreviewedLines = 3;

    private readonly History _history = new();
    private string _cut = "";
    private bool _isCutting;

    // The lines of a paste that are asked about, and the answer so far.
    private string[] _block = [];
    private string _answer = "";
    private string _text = "";
    private int _cursor;

    /// <summary>What stands before the line.</summary>
    public string Prompt => IsAsking ? $"send {_block.Length} lines? [y/N] " : LinePrompt;

    /// <summary>The line, or the answer to a question.</summary>
    public string Text => IsAsking ? _answer : _text;

    /// <summary>Where in <see cref="Text"/> the cursor is, in UTF-16 from its start, never within a character.</summary>
    public int Cursor => IsAsking ? _answer.Length : _cursor;

    /// <summary>What the question is about, to be shown above it; mostly nothing.</summary>
    public IReadOnlyList<string> Preview { get; private set; } = [];

    /// <summary>The lines that the last key has entered, without their ends.</summary>
    public IReadOnlyList<string> Entered { get; private set; } = [];

    private bool IsAsking => _block.Length > 0;

    /// <summary>What an entered line looks like once it is sent.</summary>
    public static string Sent(string line) => LinePrompt + line;

    /// <summary>Does what a key means.</summary>
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
        switch (key.Kind)
        {
            case KeyKind.Text:
                Insert(Neutralizer.Typed(key.Text));
                break;
            case KeyKind.Paste:
                Paste(key.Text);
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

    /// <summary>Where a key leads the cursor, or up to where it cuts.</summary>
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

    /// <summary>To a position, or behind the character that it is within: what was put together may have become one.</summary>
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

    /// <summary>Exchanges the characters left and right of the cursor, or the last two at the end.</summary>
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

    /// <summary>One line becomes a part of the line being typed; several are asked about, since they would be on their way at once.</summary>
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
                return isYes ? Outcome.Entered : Outcome.Edited;
            default:
                return Outcome.Edited;
        }
    }
}
