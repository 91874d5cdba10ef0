using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Chatctl.Terminal;

namespace Chatctl.Tests.Terminal;

/// <summary>
/// The parts of a terminal that the tool uses, and a memory of what has scrolled away: wrapping, wide and combining characters, CR, LF
/// (which also returns, as the system makes it do), tabs, and the escape sequences. Any other sequence is an error.
/// </summary>
/// <param name="columns">The width.</param>
/// <param name="height">The rows that sequences can reach.</param>
internal sealed partial class TinyTerminal(int columns, int height) : Stream
{
    // All rows since the start. The last ones are on the screen. The right half of a wide character is an empty string.
    private readonly List<string?[]> _rows = [new string?[columns]];
    private readonly Dictionary<(int Row, int Column), string> _dim = [];
    private string _styles = "";
    private bool _wraps = true;
    private int _row;
    private int _column;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>All rows, also those that have scrolled away, without blanks at the end of a row and blank rows at the end.</summary>
    public string Text => string.Join('\n', _rows.Select(TextOf)).TrimEnd('\n', ' ');

    /// <summary>Where the next character will be drawn.</summary>
    public (int Row, int Column) Cursor => _column == columns && _wraps ? (_row + 1, 0) : (_row, Math.Min(_column, columns - 1));

    /// <summary>Whether the terminal marks pastes.</summary>
    public bool MarksPastes { get; private set; }

    /// <summary>The dim characters on the screen without blanks, from the top.</summary>
    public string Dim => string.Concat(_dim
        .Where(cell => cell.Key.Row < _rows.Count && _rows[cell.Key.Row][cell.Key.Column] == cell.Value)
        .OrderBy(cell => cell.Key)
        .Select(cell => cell.Value)).Replace(" ", "", StringComparison.Ordinal);

    private int Top => Math.Max(0, _rows.Count - height);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        string text = Encoding.UTF8.GetString(buffer);
        for (int position = 0; position < text.Length;)
        {
            if (text[position] == '\e')
            {
                Match match = Sequence().Match(text, position);
                Assert.True(match.Success, $"an unknown sequence: {text[(position + 1)..]}");
                Obey(match.Groups[1].Value, match.Groups[2].Value);
                position += match.Length;
                continue;
            }

            var rune = Rune.GetRuneAt(text, position);
            Put(rune);
            position += rune.Utf16SequenceLength;
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static string TextOf(string?[] row) => string.Concat(row.Select(cell => cell ?? " ")).TrimEnd();

    [GeneratedRegex(@"\G\e\[(\??[0-9;]*)([A-Za-z])")]
    private static partial Regex Sequence();

    private void Obey(string parameter, string final)
    {
        switch (final, parameter)
        {
            case ("A", _):
                _row = Math.Max(Top, _row - int.Parse(parameter, CultureInfo.InvariantCulture));
                break;
            case ("C", ""):
                _column = Math.Min(columns - 1, _column + 1);
                break;
            case ("K", ""):
                Array.Clear(_rows[_row], _column, columns - _column);
                break;
            case ("J", ""):
                Assert.False(_row == Top && _column == 0, "some terminals keep what is cleared from the first cell on");
                Array.Clear(_rows[_row], _column, columns - _column);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case ("J", "2"):
                _rows.AddRange(Enumerable.Range(0, height).Select(_ => new string?[columns]));
                _row = Top;
                break;
            case ("H", ""):
                (_row, _column) = (Top, 0);
                break;
            case ("m", "2" or "31" or "32" or "35" or "36"):
                Assert.DoesNotContain(parameter, _styles, StringComparison.Ordinal);
                _styles += parameter;
                break;
            case ("m", "22" or "39"):
                Assert.NotEqual("", _styles);
                _styles = "";
                break;
            case ("h" or "l", "?7"):
                _wraps = final == "h";
                break;
            case ("h" or "l", "?2004"):
                MarksPastes = final == "h";
                break;
            default:
                Assert.Fail($"an unknown sequence: {parameter}{final}");
                break;
        }
    }

    private void Put(Rune rune)
    {
        switch (rune.Value)
        {
            case '\r':
                _column = 0;
                return;
            case '\n':
                Assert.Equal("", _styles);
                MoveDown();
                return;
            case '\t':
                _column = Math.Min(columns - 1, (_column / 8 * 8) + 8);
                return;
        }

        Assert.False(Rune.IsControl(rune), $"a control character, {rune.Value:x}");
        int width = TextElements.Width(rune.ToString());
        if (width == 0)
        {
            int last = Array.FindLastIndex(_rows[_row], Math.Max(0, _column - 1), cell => cell is not (null or ""));
            if (last >= 0)
            {
                _rows[_row][last] += rune.ToString();
            }

            return;
        }

        if (_column + width > columns)
        {
            if (_wraps)
            {
                MoveDown();
            }
            else
            {
                _column = columns - width;
            }
        }

        _rows[_row][_column] = rune.ToString();
        _ = _styles == "2" ? _dim[(_row, _column)] = rune.ToString() : _dim.Remove((_row, _column)) ? "" : "";
        if (width == 2)
        {
            _rows[_row][_column + 1] = "";
        }

        _column += width;
    }

    private void MoveDown()
    {
        _column = 0;
        if (++_row == _rows.Count)
        {
            _rows.Add(new string?[columns]);
        }
    }
}
