namespace Chatctl.Terminal;

/// <summary>The lines that were entered, in memory, and a place among them. Not thread-safe.</summary>
internal sealed class History
{
    private const int Capacity = 1000;

    private readonly List<string> _lines = [];

    // Where the person looks; the line being typed is after the last.
    private int _place;
    private string _draft = "";

    /// <summary>Keeps a line, unless it is empty or the same as the last, and goes back to the end.</summary>
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

    /// <summary>One line back.</summary>
    /// <param name="current">What is being typed, to come back to.</param>
    /// <returns>Null at the oldest.</returns>
    public string? Previous(string current)
    {
        if (_place == 0)
        {
            return null;
        }

        _draft = _place == _lines.Count ? current : _draft;
        return _lines[--_place];
    }

    /// <summary>One line forward, in the end the one that was being typed.</summary>
    /// <returns>Null if there is none.</returns>
    public string? Next()
    {
        if (_place == _lines.Count)
        {
            return null;
        }

        return ++_place == _lines.Count ? _draft : _lines[_place];
    }
}
