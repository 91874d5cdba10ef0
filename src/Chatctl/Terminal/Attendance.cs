using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>Who is in the room and who has spoken lately, as far as this member was told. Thread-safe, and calls nothing else.</summary>
internal sealed class Attendance
{
    private const int Remembered = 50;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, string> _present = [];

    // The last one spoke last.
    private readonly List<string> _speakers = [];

    /// <summary>The names of those who have spoken lately, the last one first, and then of the others who are here.</summary>
    /// <param name="except">This member's own name.</param>
    /// <remarks>A name that a terminal would show in another form is left out. It could not be typed either.</remarks>
    public IReadOnlyList<string> Names(string except)
    {
        lock (_gate)
        {
            return
            [
                .. Enumerable.Reverse(_speakers)
                    .Concat(_present.Values.Order(StringComparer.OrdinalIgnoreCase))
                    .Distinct(StringComparer.Ordinal)
                    .Where(name => name != except && name.Length > 0 && Printable.Of(name) == name),
            ];
        }
    }

    /// <summary>Somebody is here, perhaps with another name than before.</summary>
    public void Add(long id, string name)
    {
        lock (_gate)
        {
            if (_present.TryGetValue(id, out string? before) && before != name)
            {
                _speakers.Remove(before);
            }

            _present[id] = name;
        }
    }

    /// <summary>Somebody is here no more.</summary>
    public void Remove(long id)
    {
        lock (_gate)
        {
            _present.Remove(id);
        }
    }

    /// <summary>These are all who are here.</summary>
    public void Replace(IEnumerable<(long Id, string Name)> sessions)
    {
        lock (_gate)
        {
            _present.Clear();
            foreach ((long id, string name) in sessions)
            {
                _present[id] = name;
            }
        }
    }

    /// <summary>Somebody has spoken.</summary>
    public void Heard(string name)
    {
        lock (_gate)
        {
            _speakers.Remove(name);
            _speakers.Add(name);
            if (_speakers.Count > Remembered)
            {
                _speakers.RemoveAt(0);
            }
        }
    }
}
