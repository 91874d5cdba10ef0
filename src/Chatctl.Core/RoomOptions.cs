namespace Chatctl.Core;

/// <summary>How a room relays.</summary>
public sealed record RoomOptions
{
    /// <summary>The window is kept in this many segments: a block stays charged to a reader that has sent part of it, so blocks are small parts of the whole.</summary>
    internal const int Segments = 16;

    /// <summary>How many segments may be kept, beside the window, for those who are stuck in them under <see cref="SlowPolicy.Skip"/>, before the oldest of those are evicted.</summary>
    internal const int MostPinned = Segments;

    /// <summary>How many segments there may be in all before senders are held back whatever the policy: room for those whose transports have not cut them off yet.</summary>
    internal const int MostInUse = Segments + MostPinned + (Segments / 4);

    /// <summary>The largest window, in bytes: 16 GiB, of which a segment is 1 GiB, about half of the largest array there can be.</summary>
    public const long LargestBuffer = 16L << 30;

    /// <summary>The default of <see cref="ReceiptPatience"/>.</summary>
    public static readonly TimeSpan DefaultReceiptPatience = TimeSpan.FromSeconds(2);

    // Beyond this it is no longer a matter of system calls.
    private static readonly TimeSpan LongestCoalesce = TimeSpan.FromSeconds(1);

    // What timers can take.
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

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
    /// The window, in bytes: how far the slowest receiver may lag behind the newest unit before <see cref="Slow"/> decides what becomes of it.
    /// Memory in use is this much at most, plus what was being read when it filled up, and a table of a quarter of it when many
    /// senders alternate; but for <see cref="SlowPolicy.Wait"/> up to two and a quarter times as much, while laggards are stuck or not gone yet.
    /// At least 16 times <see cref="MaxLineBytes"/>. Default 16777216 (16 MiB).
    /// </summary>
    public long BufferBytes { get; init; } = 16L << 20;

    /// <summary>
    /// How many bytes lines that have not ended yet may take, over all members. If they take more, members are evicted: among those whose lines
    /// take at least half the average, the one whose line has been unfinished the longest. The time in which the room does not read from a
    /// member does not count. The buffers are counted that the beginnings are kept in; their sizes are powers of two. At least the buffer for a
    /// line of <see cref="MaxLineBytes"/>. Default 67108864 (64 MiB).
    /// </summary>
    public long MaxUnfinishedBytes { get; init; } = 64L << 20;

    /// <summary>What becomes of a receiver that stands in the way of a full window. Default <see cref="SlowPolicy.Wait"/>.</summary>
    public SlowPolicy Slow { get; init; } = SlowPolicy.Wait;

    /// <summary>
    /// How long a receiver that stands in the way of a full window may free nothing of it before it is evicted. Freeing means finishing a
    /// sixteenth of the window, so a receiver that takes a byte now and then gains nothing by it. Default 10 s.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the receipt of a member that has finished may wait for members that have not been sent its units yet. A member that made one wait so long
    /// is not waited for again until it has caught up. If the process dies while units wait for such a member, they are lost to it although
    /// their sender has its receipt. Default 2 s; <c>connect</c> waits 5 s for a receipt by default.
    /// </summary>
    public TimeSpan ReceiptPatience { get; init; } = DefaultReceiptPatience;

    /// <summary>
    /// How many units a member may send a second; null, the default, if as many as it can. A second's worth may come at once. Who has
    /// sent more is not read from until that is made up for, so nothing is dropped, and in the long run the limit holds exactly.
    /// </summary>
    public long? LinesPerSecond { get; init; }

    /// <summary>How many bytes a member may send a second; null, the default, if as many as it can. As with <see cref="LinesPerSecond"/>.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>
    /// How long units may wait for company, so that one send carries them together: when readers were shown something less than this ago, what
    /// comes next waits for the rest of the time, or until 64 KiB or a 16th of the buffer have come together. Null, the default, if nothing waits. At most a second.
    /// </summary>
    public TimeSpan? Coalesce { get; init; }

    /// <summary>
    /// How long a member may neither send nor be sent a byte before it is evicted, give or take a quarter more; null, the default, if as long as it
    /// likes. The time in which the room does not read from it does not count.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

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

        if (MaxUnfinishedBytes < Framer.BufferFor(MaxLineBytes))
        {
            throw new ArgumentException(
                $"{MaxUnfinishedBytes} bytes for unfinished lines do not hold one of up to {MaxLineBytes} bytes: at least {Framer.BufferFor(MaxLineBytes)}");
        }

        if (StallTimeout <= TimeSpan.Zero || StallTimeout > LongestTimeout)
        {
            throw new ArgumentException($"the stall timeout must be longer than nothing and at most {LongestTimeout.TotalDays} days");
        }

        if (ReceiptPatience < TimeSpan.Zero || ReceiptPatience > LongestTimeout)
        {
            throw new ArgumentException($"a receipt may wait for nothing up to {LongestTimeout.TotalDays} days");
        }

        if (LinesPerSecond is < 1 or > TokenBucket.LargestRate || BytesPerSecond is < 1 or > TokenBucket.LargestRate)
        {
            throw new ArgumentException($"a rate must be from 1 to {TokenBucket.LargestRate} a second");
        }

        if (Coalesce <= TimeSpan.Zero || Coalesce > LongestCoalesce)
        {
            throw new ArgumentException($"lines may wait for company for longer than nothing and at most {LongestCoalesce.TotalSeconds} s");
        }

        if (IdleTimeout <= TimeSpan.Zero || IdleTimeout > LongestTimeout)
        {
            throw new ArgumentException($"the idle timeout must be longer than nothing and at most {LongestTimeout.TotalDays} days");
        }
    }
}
