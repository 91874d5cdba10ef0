namespace Chatctl.Bench;

/// <summary>A short part of the measured time.</summary>
internal sealed record Slice
{
    /// <summary>When it begins, counted from the end of the warm-up.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>How long it is. The last slice of a run that ended early is shorter than the others.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Lines that reached a receiver in this time: one line that reached 99 receivers counts 99 times.</summary>
    public long Deliveries { get; init; }

    /// <summary>The latency of lines that were due in this time: the median. Null if no such line arrived.</summary>
    public TimeSpan? P50 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan? P90 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan? P99 { get; init; }

    /// <inheritdoc cref="P50"/>
    public TimeSpan? P999 { get; init; }

    /// <summary>Deliveries a second.</summary>
    public double DeliveryRate => Length > TimeSpan.Zero ? Deliveries / Length.TotalSeconds : 0;
}
