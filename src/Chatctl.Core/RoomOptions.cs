namespace Chatctl.Core;

/// <summary>How a room relays.</summary>
public sealed record RoomOptions
{
    /// <summary>The window is kept in this many segments: a block stays charged to a reader that has sent part of it, so blocks are small parts of the whole.</summary>
    internal const int Segments = 16;

    /// <summary>The largest window, in bytes: 16 GiB, of which a segment is 1 GiB, about half of the largest array there can be.</summary>
    public const long LargestBuffer = 16L << 30;

    // What timers can take.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>What a unit is. Default <see cref="Framing.Line"/>.</summary>
    public Framing Framing { get; init; } = Framing.Line;

    /// <summary>Whether a sender gets its own units too. Default false.</summary>
    public bool Echo { get; init; }

    /// <summary>
    /// The longest unit, in bytes with its terminator; a member that sends a longer one is evicted and nothing of that unit is relayed.
    /// Default 65536 (64 KiB). Raw chunks have no such limit.
    /// </summary>
    public int MaxLineBytes { get; init; } = 64 << 10;

    /// <summary>
    /// The window, in bytes: how far the slowest receiver may lag behind the newest unit before <see cref="StallTimeout"/> matters and senders
    /// are held back. Memory in use is this much at most, plus what was being read when it filled up, and a table of a quarter of it when many
    /// senders alternate. At least 16 times
    /// <see cref="MaxLineBytes"/>. Default 16777216 (16 MiB).
    /// </summary>
    public long BufferBytes { get; init; } = 16L << 20;

    /// <summary>
    /// How long a receiver that stands in the way of a full window may free nothing of it before it is evicted. Freeing means finishing a
    /// sixteenth of the window, so a receiver that takes a byte now and then gains nothing by it. Default 10 s.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks that the options fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message says which and what would.</exception>
    public void Validate()
    {
        if (MaxLineBytes < 2)
        {
            throw new ArgumentException($"a line of at most {MaxLineBytes} bytes holds nothing: at least 2");
        }

        if (MaxLineBytes > LargestBuffer / Segments)
        {
            throw new ArgumentException($"a line of up to {MaxLineBytes} bytes is more than any buffer holds: at most {LargestBuffer / Segments}");
        }

        if (BufferBytes < (long)MaxLineBytes * Segments || BufferBytes > LargestBuffer)
        {
            throw new ArgumentException(
                $"a buffer of {BufferBytes} bytes does not fit lines of up to {MaxLineBytes} bytes: from {(long)MaxLineBytes * Segments} ({Segments} lines) to {LargestBuffer}");
        }

        if (StallTimeout <= TimeSpan.Zero || StallTimeout > LongestTimeout)
        {
            throw new ArgumentException($"the stall timeout must be longer than nothing and at most {LongestTimeout.TotalDays} days");
        }
    }
}
