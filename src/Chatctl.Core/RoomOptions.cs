using System.Numerics;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <summary>How a room relays.</summary>
public sealed record RoomOptions
{
    /// <summary>
    /// How many segments the window has. A segment counts in full until its reader has finished it, so a segment is a small part of the
    /// window.
    /// </summary>
    internal const int Segments = 16;

    /// <summary>
    /// How many segments may be kept beside the window for members that are stuck in them under <see cref="SlowPolicy.Skip"/>. With more,
    /// the oldest of these members are evicted.
    /// </summary>
    internal const int MostPinned = Segments;

    /// <summary>
    /// With so many segments in all, senders are held back under every policy. The last few are for evicted members whose transports have not
    /// closed them yet.
    /// </summary>
    internal const int MostInUse = Segments + MostPinned + (Segments / 4);

    /// <summary>The largest window, in bytes: 16 GiB. A segment then has 1 GiB, about half of the largest possible array.</summary>
    public const long LargestBuffer = 16L << 30;

    /// <summary>The default of <see cref="ReceiptPatience"/>.</summary>
    public static readonly TimeSpan DefaultReceiptPatience = TimeSpan.FromSeconds(2);

    // With a longer wait, the delay costs more than the system calls that it saves.
    private static readonly TimeSpan LongestCoalesce = TimeSpan.FromSeconds(1);

    private const long DefaultHistory = 1 << 20;
    private const int LongestSessionLine = 128 << 20;

    /// <summary>The largest history, in bytes. The window of sessions holds it in a bit less than half of it.</summary>
    public const long LargestHistory = LargestBuffer * 2 / 5;

    // Timers take no more.
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>What a unit is. Default <see cref="Framing.Line"/>.</summary>
    public Framing Framing { get; init; } = Framing.Line;

    /// <summary>Whether a sender gets its own units too. Default false.</summary>
    public bool Echo { get; init; }

    /// <summary>
    /// The longest unit, in bytes with its terminator. A member that sends a longer one is evicted, and nothing of that unit is relayed.
    /// Default 65536 (64 KiB). Raw chunks have no such limit.
    /// </summary>
    public int MaxLineBytes { get; init; } = 64 << 10;

    /// <summary>
    /// The window, in bytes: how far the slowest receiver may lag behind the newest unit before <see cref="Slow"/> decides what happens to it.
    /// At least 16 times <see cref="MaxLineBytes"/>. Default 16777216 (16 MiB).
    /// <para>
    /// The memory in use is at most this much, plus the input that was being read when the window filled up. If many senders alternate, a table of a
    /// quarter of it is added. Under the policies other than <see cref="SlowPolicy.Wait"/> it is up to two and a quarter times as much, while
    /// members that lag are stuck or have not gone yet.
    /// </para>
    /// </summary>
    public long BufferBytes { get; init; } = 16L << 20;

    /// <summary>
    /// How many bytes the unfinished lines of all members may take together. What counts is the buffers that hold their beginnings; the sizes of
    /// these are powers of two. At least the buffer for a line of <see cref="MaxLineBytes"/>. Default 67108864 (64 MiB).
    /// <para>
    /// If they take more, members are evicted until they do not. Each time the room looks at the members whose lines take at least half the average,
    /// and evicts the one whose line has been unfinished the longest. The time in which the room does not read from a member does not count.
    /// </para>
    /// </summary>
    public long MaxUnfinishedBytes { get; init; } = 64L << 20;

    /// <summary>What happens to a receiver that stands in the way of a full window. Default <see cref="SlowPolicy.Wait"/>.</summary>
    public SlowPolicy Slow { get; init; } = SlowPolicy.Wait;

    /// <summary>
    /// How long a receiver that stands in the way of a full window may free nothing of it before it is evicted. To free something, it must take a
    /// whole sixteenth of the window. So a byte now and then does not help a receiver. Default 10 s.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the receipt of a member that has finished may wait for members that have not been sent its units yet. If a member made a receipt
    /// wait so long, no receipt waits for it until it has caught up. If the process dies before such a member was sent the units, it never gets
    /// them, although their sender has its receipt. Default 2 s; <c>connect</c> waits 5 s for a receipt by default.
    /// </summary>
    public TimeSpan ReceiptPatience { get; init; } = DefaultReceiptPatience;

    /// <summary>
    /// How many units a member may send a second. Null, the default, sets no limit. The units of one second may come at once. If a member has sent
    /// more, the room does not read from it until enough time has passed. So nothing is dropped, and in the long run the limit holds exactly.
    /// </summary>
    public long? LinesPerSecond { get; init; }

    /// <summary>How many bytes a member may send a second. Null, the default, sets no limit. As with <see cref="LinesPerSecond"/>.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>
    /// How long units may wait for more units, so that one send carries them together. If units became visible to the readers less than this time
    /// ago, the next unit waits for the rest of the time, or until 64 KiB or a 16th of the buffer have come together. At most a second. Null, the
    /// default: no unit waits.
    /// </summary>
    public TimeSpan? Coalesce { get; init; }

    /// <summary>
    /// How long a member may neither send nor be sent a byte before it is evicted. It may take up to a quarter longer. Null, the default, sets no
    /// limit. The time in which the room does not read from it does not count.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// Whether members may open sessions. Default true. With raw chunks there are none, and none with lines of more than 128 MiB, because a line may take
    /// six times its length as JSON.
    /// </summary>
    public bool Sessions
    {
        get => field && Framing != Framing.Raw && MaxLineBytes <= LongestSessionLine;
        init;
    } = true;

    /// <summary>Whose coming and going sessions are told. Default <see cref="PresenceScope.Sessions"/>.</summary>
    public PresenceScope Presence { get; init; } = PresenceScope.Sessions;

    /// <summary>
    /// How many bytes of what sessions get are kept for sessions that come later, at least. Null, the default, keeps 1 MiB once the first session has come.
    /// With a value, also what is said before that is kept.
    /// </summary>
    public long? History { get; init; }

    internal bool KeepsHistoryFromStart => History > 0;

    internal long HistoryBytes => History ?? DefaultHistory;

    /// <summary>The window of the log of sessions. It holds the history in a bit less than half of it, and a segment holds the longest line as JSON.</summary>
    internal long SessionBufferBytes =>
        Math.Min(Math.Max(Math.Max(BufferBytes, Segments * SessionLog.Encoded(MaxLineBytes)), HistoryBytes * 5 / 2), LargestBuffer);

    /// <summary>The longest line of a session's protocol, in bytes. A beginning of it never takes more than <see cref="MaxUnfinishedBytes"/>.</summary>
    internal int SessionLineBytes =>
        (int)Math.Min(SessionWire.MaxLineBytes(MaxLineBytes), (long)(BitOperations.RoundUpToPowerOf2((ulong)MaxUnfinishedBytes + 1) / 2));

    /// <summary>Checks that the options fit together.</summary>
    /// <exception cref="ArgumentException">They do not. The message says which option is wrong, and which values are allowed.</exception>
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

        if (MaxUnfinishedBytes < Beginning.BufferFor(MaxLineBytes))
        {
            throw new ArgumentException(
                $"{MaxUnfinishedBytes} bytes for unfinished lines do not hold one of up to {MaxLineBytes} bytes: at least {Beginning.BufferFor(MaxLineBytes)}");
        }

        if (StallTimeout <= TimeSpan.Zero || StallTimeout > LongestTimeout)
        {
            throw new ArgumentException($"the stall timeout must be longer than nothing and at most {LongestTimeout.TotalDays} days");
        }

        if (ReceiptPatience < TimeSpan.Zero || ReceiptPatience > LongestTimeout)
        {
            throw new ArgumentException($"the time that a receipt may wait must be from 0 to {LongestTimeout.TotalDays} days");
        }

        if (LinesPerSecond is < 1 or > TokenBucket.LargestRate || BytesPerSecond is < 1 or > TokenBucket.LargestRate)
        {
            throw new ArgumentException($"a rate must be from 1 to {TokenBucket.LargestRate} a second");
        }

        if (Coalesce <= TimeSpan.Zero || Coalesce > LongestCoalesce)
        {
            throw new ArgumentException($"the time that lines may wait to go together must be longer than nothing and at most {LongestCoalesce.TotalSeconds} s");
        }

        if (History is < 0 or > LargestHistory)
        {
            throw new ArgumentException($"a history must have from 0 to {LargestHistory} bytes");
        }

        if (IdleTimeout <= TimeSpan.Zero || IdleTimeout > LongestTimeout)
        {
            throw new ArgumentException($"the idle timeout must be longer than nothing and at most {LongestTimeout.TotalDays} days");
        }
    }
}
