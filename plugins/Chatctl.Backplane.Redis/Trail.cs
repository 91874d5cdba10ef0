namespace Chatctl.Backplane.Redis;

/// <summary>What names an entry for ever: who appended it, and which of that node's batches it is. Another entry may get its number if the server loses it.</summary>
internal readonly record struct Stamp(string Node, long Batch)
{
    /// <summary>As the server keeps it.</summary>
    public override string ToString() => $"{Node} {Batch}";
}

/// <summary>
/// The newest entries that a node has read, to find where its past and the log differ. The reading adds to it; any thread may ask.
/// </summary>
internal sealed class Trail
{
    private const int Capacity = 1 << 16;

    private readonly Lock _gate = new();
    private readonly Stamp[] _stamps = new Stamp[Capacity];
    private long _position;
    private int _count;

    /// <summary>The number of the last entry that was read, or of the place where the reading began.</summary>
    public long Position
    {
        get
        {
            lock (_gate)
            {
                return _position;
            }
        }
    }

    /// <summary>The number of the oldest entry that is known; <see cref="Position"/> + 1 if none is.</summary>
    public long Oldest
    {
        get
        {
            lock (_gate)
            {
                return _position - _count + 1;
            }
        }
    }

    /// <summary>The reading begins. What was read behind that place is forgotten.</summary>
    public void Begin(long after)
    {
        lock (_gate)
        {
            _count = after <= _position ? (int)Math.Max(0, _count - (_position - after)) : 0;
            _position = after;
        }
    }

    /// <summary>The next entry was read.</summary>
    public void Add(Stamp stamp)
    {
        lock (_gate)
        {
            _position++;
            _stamps[_position % Capacity] = stamp;
            _count = Math.Min(_count + 1, Capacity);
        }
    }

    /// <summary>The stamp of an entry as it was read; null if it is not known.</summary>
    public Stamp? At(long number)
    {
        lock (_gate)
        {
            return number <= _position && number > _position - _count ? _stamps[number % Capacity] : null;
        }
    }
}
