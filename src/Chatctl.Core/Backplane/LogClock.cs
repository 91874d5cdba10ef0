namespace Chatctl.Core.Backplane;

/// <summary>
/// The clock by which things are said in a room with several nodes: the time of the entry that is being applied. So what depends on time comes out the same at
/// every node. Its timers are those of the real clock.
/// </summary>
/// <remarks>Set and read under the room's lock.</remarks>
/// <param name="time">The real clock.</param>
internal sealed class LogClock(TimeProvider time) : TimeProvider
{
    /// <summary>The time of the entry.</summary>
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => Now.UtcTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
