namespace Chatctl.Core;

/// <summary>What a room has done since it began, and its state, at one moment.</summary>
public sealed record RoomFigures
{
    /// <summary>How many members there are.</summary>
    public required int Members { get; init; }

    /// <summary>How many of them are sessions.</summary>
    public required int Sessions { get; init; }

    /// <summary>How many members have joined since the room began.</summary>
    public required long Joins { get; init; }

    /// <summary>How many lines have been ordered.</summary>
    public required long Lines { get; init; }

    /// <summary>How many lines members were to get. A line counts once for each member that it was for.</summary>
    public required long Deliveries { get; init; }

    /// <summary>How many of these lines the members missed, because they were too slow.</summary>
    public required long Skipped { get; init; }

    /// <summary>Bytes taken from members, also those of lines that never ended.</summary>
    public required long Received { get; init; }

    /// <summary>Bytes that the transports have sent to members.</summary>
    public required long Sent { get; init; }

    /// <summary>How many members were evicted, by reason.</summary>
    public required IReadOnlyDictionary<EvictionReason, long> Evictions { get; init; }

    /// <summary>Bytes of lines that the room keeps.</summary>
    public required long WindowUsage { get; init; }

    /// <summary>How many bytes of lines it keeps at most before senders are held back: <see cref="RoomOptions.BufferBytes"/>.</summary>
    public required long WindowLimit { get; init; }

    /// <summary>Bytes that the beginnings of unfinished lines take; at most <see cref="RoomOptions.MaxUnfinishedBytes"/>.</summary>
    public required long Unfinished { get; init; }

    /// <summary>
    /// How many bytes the slowest member lags behind the newest line. Its own lines count until it has been asked again for what is
    /// pending.
    /// </summary>
    public required long Lag { get; init; }
}
