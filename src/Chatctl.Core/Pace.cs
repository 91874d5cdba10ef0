namespace Chatctl.Core;

/// <summary>How fast one member may send: so many units and so many bytes a second. While it has sent more, the room does not read from it.</summary>
/// <param name="units">The limit on units, if there is one.</param>
/// <param name="bytes">The limit on bytes, if there is one.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(TokenBucket? units, TokenBucket? bytes, TimeProvider time)
{
    /// <summary>Whether the room may read from it now. From any thread.</summary>
    public bool IsOpen => OpenAt <= time.GetTimestamp();

    /// <summary>From when on the room may read from it, as a timestamp. From any thread.</summary>
    public long OpenAt => Math.Max(units?.OpenAt ?? long.MinValue, bytes?.OpenAt ?? long.MinValue);

    /// <summary>Whether a wake comes once it is open. Under the room's lock.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>The pace that the options set; null if they set no limit.</summary>
    public static Pace? For(RoomOptions options, TimeProvider time) => options.LinesPerSecond is null && options.BytesPerSecond is null
        ? null
        : new Pace(
            options.LinesPerSecond is { } lines ? new TokenBucket(lines, time) : null,
            options.BytesPerSecond is { } size ? new TokenBucket(size, time) : null,
            time);

    /// <summary>Counts what the member has sent. Under the room's lock.</summary>
    /// <param name="unitCount">Units of a plain member that have been ordered, or lines of a session.</param>
    /// <param name="byteCount">Bytes that have been received.</param>
    public void Count(long unitCount, long byteCount)
    {
        units?.Take(unitCount);
        bytes?.Take(byteCount);
    }
}
