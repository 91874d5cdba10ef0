namespace Chatctl.Core;

/// <summary>Counts the lines that have not ended yet: how many there are, and how many bytes their beginnings take together.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
/// <param name="time">The clock that tells when a line began.</param>
internal sealed class UnfinishedLines(TimeProvider time)
{
    private int _count;

    /// <summary>How many bytes their buffers take.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// From how many bytes on a line counts as large: half the average. So the large ones always take at least half of all bytes. If the limit were
    /// the whole average, one long line among a thousand slightly shorter ones would be the only large one.
    /// </summary>
    public long Large => _count == 0 ? 0 : Bytes / (2 * _count);

    /// <summary>Counts a line that has begun.</summary>
    /// <returns>The time, as a timestamp.</returns>
    public long Begin()
    {
        _count++;
        return time.GetTimestamp();
    }

    /// <summary>Counts the bytes by which the buffer of a line has grown.</summary>
    public void Grow(int bytes) => Bytes += bytes;

    /// <summary>Forgets a line that has ended or was dropped.</summary>
    /// <param name="bytes">How many bytes its buffer took.</param>
    public void End(int bytes)
    {
        _count--;
        Bytes -= bytes;
    }
}
