using System.Globalization;

namespace Chatctl.Core.Sessions;

/// <summary>The names that are in use. Each name, however it is spelt, has one owner.</summary>
/// <remarks>
/// It is called under the room's lock. The time of a call does not grow with the number of names that differ in their numbers alone, but for a search among
/// the numbers that are free again.
/// </remarks>
internal sealed class NameBook
{
    /// <summary>The room that is left for a number behind a name: a hyphen and 7 digits.</summary>
    public const int NumberLength = 8;

    private readonly Dictionary<string, Entry> _taken = [];
    private readonly Dictionary<string, Series> _series = [];

    /// <summary>Whether a name is in use.</summary>
    public bool Contains(string name) => _taken.ContainsKey(NameKey.Of(name));

    /// <summary>Takes a name, or one like it.</summary>
    /// <param name="wanted">A valid name.</param>
    /// <returns>
    /// The name. If it is in use, it is followed by the first number that is free, from 2: <c>ann-2</c>. The end of a long name is cut off then, so that
    /// there is room for the number.
    /// </returns>
    public string Take(string wanted)
    {
        if (_taken.TryAdd(NameKey.Of(wanted), new Entry()))
        {
            return wanted;
        }

        string stem = SessionName.Cut(wanted, SessionName.MostCharacters - NumberLength, SessionName.MostBytes - NumberLength);
        string key = NameKey.Of(stem);
        if (!_series.TryGetValue(key, out Series? series))
        {
            _series.Add(key, series = new Series(key));
        }

        while (true)
        {
            int number = series.Next();
            string ending = string.Create(CultureInfo.InvariantCulture, $"-{number}");
            bool isFree = _taken.TryAdd(key + ending, new Entry());

            // Somebody may have wanted this very name, or wanted it first. Its release tells all who have passed over it.
            _taken[key + ending].Passed.Add((series, number));
            if (isFree)
            {
                return stem + ending;
            }
        }
    }

    /// <summary>Gives a name back.</summary>
    /// <param name="name">What <see cref="Take"/> has given.</param>
    public void Release(string name)
    {
        if (!_taken.Remove(NameKey.Of(name), out Entry? entry))
        {
            return;
        }

        foreach ((Series series, int number) in entry.Passed)
        {
            // When all its numbers are free, a series is as good as a new one.
            if (series.Return(number))
            {
                _series.Remove(series.Key);
            }
        }
    }

    /// <summary>A name in use.</summary>
    private sealed class Entry
    {
        /// <summary>The series that must hear when the name is free again, and its number there.</summary>
        public List<(Series Series, int Number)> Passed { get; } = [];
    }

    /// <summary>The numbers behind one name. Those below the highest are in use, or free again.</summary>
    private sealed class Series(string key)
    {
        private readonly SortedSet<int> _free = [];
        private int _highest = 1;

        public string Key { get; } = key;

        public int Next()
        {
            if (_free.Count == 0)
            {
                return ++_highest;
            }

            int least = _free.Min;
            _free.Remove(least);
            return least;
        }

        /// <returns>Whether all numbers are free.</returns>
        public bool Return(int number)
        {
            _free.Add(number);
            return _free.Count == _highest - 1;
        }
    }
}
