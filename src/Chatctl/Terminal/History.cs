namespace Chatctl.Terminal;

/// <summary>The lines that were entered, and the place among them that the person looks at. It is only in memory. Not thread-safe.</summary>
internal sealed class History
{
    private const int Capacity = 1000;

    private readonly List<string> _lines = [];

    // The place that the person looks at. The line that is being typed comes after the last entered one.
    private int _place;
    private string _draft = "";

    /// <summary>Keeps a line, unless it is empty or equal to the last one. Goes to the end.</summary>
    public void Add(string line)
    {
        if (line.Length > 0 && (_lines.Count == 0 || _lines[^1] != line))
        {
            _lines.Add(line);
            if (_lines.Count > Capacity)
            {
                _lines.RemoveAt(0);
            }
        }

        _place = _lines.Count;
    }

    /// <summary>Goes one line back.</summary>
    /// <param name="current">The line that is being typed. <see cref="Next"/> gives it back.</param>
    /// <returns>That line; null at the oldest line.</returns>
    public string? Previous(string current)
    {
        if (_place == 0)
        {
            return null;
        }

        _draft = _place == _lines.Count ? current : _draft;
        return _lines[--_place];
    }

    /// <summary>Goes one line forward. After the last line comes the one that was being typed.</summary>
    /// <returns>That line; null if there is none.</returns>
    public string? Next()
    {
        if (_place == _lines.Count)
        {
            return null;
        }

        return ++_place == _lines.Count ? _draft : _lines[_place];
    }
}
