namespace Chatctl.Terminal;

/// <summary>The lines of this member that the server has neither acknowledged nor refused, with their numbers. Not thread-safe.</summary>
internal sealed class OwnLines
{
    private const int Shown = 3;

    private readonly List<(long N, string Text)> _lines = [];
    private long _last;

    /// <summary>A line was entered. It gets the next number, as every line of the input does.</summary>
    public void Add(string text) => _lines.Add((++_last, text));

    /// <summary>The server has taken all lines up to this one.</summary>
    /// <returns>Those that it had not acknowledged before.</returns>
    public IReadOnlyList<string> TakeUpTo(long n)
    {
        string[] taken = [.. _lines.TakeWhile(line => line.N <= n).Select(line => line.Text)];
        _lines.RemoveRange(0, taken.Length);
        return taken;
    }

    /// <summary>The server has refused a line.</summary>
    /// <returns>The line; null if it is not known.</returns>
    public string? Take(long n)
    {
        int index = _lines.FindIndex(line => line.N == n);
        string? text = index < 0 ? null : _lines[index].Text;
        _lines.RemoveRange(Math.Max(0, index), index < 0 ? 0 : 1);
        return text;
    }

    /// <summary>The last few of them as rows, and how many came before.</summary>
    /// <param name="name">This member's name.</param>
    public IReadOnlyList<string> Rows(string name)
    {
        string[] rows = [.. _lines.TakeLast(Shown).Select(line => Transcript.Unacknowledged(name, line.Text))];
        return _lines.Count > Shown ? [$"… {_lines.Count - Shown} more", .. rows] : rows;
    }
}
