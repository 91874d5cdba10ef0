namespace Chatctl.Core;

/// <summary>What a room keeps of lines that have not ended yet: how many there are, and how much they take together.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
/// <param name="time">The clock that says when a line was begun.</param>
internal sealed class UnfinishedLines(TimeProvider time)
{
    private int _count;

    /// <summary>How many bytes their buffers take.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// How many bytes a large one takes at least: half the average. So the large ones take at least half of all, however the sizes are
    /// spread. With the whole average, one long line would be the only large one among a thousand of equal length that are a little shorter.
    /// </summary>
    public long Large => _count == 0 ? 0 : Bytes / (2 * _count);

    /// <summary>Counts a line that was begun.</summary>
    /// <returns>When that was, as a timestamp.</returns>
    public long Begin()
    {
        _count++;
        return time.GetTimestamp();
    }

    /// <summary>Counts how many more bytes the buffer of a line takes.</summary>
    public void Grow(int bytes) => Bytes += bytes;

    /// <summary>Forgets a line that has ended or was dropped.</summary>
    /// <param name="bytes">What its buffer took.</param>
    public void End(int bytes)
    {
        _count--;
        Bytes -= bytes;
    }
}
