namespace Chatctl.Core;

/// <summary>What a room has done since it began, and how it stands, at one moment.</summary>
public sealed record RoomFigures
{
    /// <summary>How many members there are.</summary>
    public required int Members { get; init; }

    /// <summary>How many have ever joined.</summary>
    public required long Joins { get; init; }

    /// <summary>How many lines have been ordered.</summary>
    public required long Lines { get; init; }

    /// <summary>How many lines members were to get: each line once for every member that it was for.</summary>
    public required long Deliveries { get; init; }

    /// <summary>How many of those were skipped instead, because the member was too slow.</summary>
    public required long Skipped { get; init; }

    /// <summary>Bytes taken from members, those of lines that were never finished included.</summary>
    public required long Received { get; init; }

    /// <summary>Bytes that the transports have sent to members.</summary>
    public required long Sent { get; init; }

    /// <summary>How many members were evicted, by reason.</summary>
    public required IReadOnlyDictionary<EvictionReason, long> Evictions { get; init; }

    /// <summary>Bytes of lines that the room keeps.</summary>
    public required long WindowUsage { get; init; }

    /// <summary>How many bytes it keeps at most before senders are held back: <see cref="RoomOptions.BufferBytes"/>.</summary>
    public required long WindowLimit { get; init; }

    /// <summary>Bytes that the beginnings of unfinished lines take: at most <see cref="RoomOptions.MaxUnfinishedBytes"/>.</summary>
    public required long Unfinished { get; init; }

    /// <summary>How many bytes the slowest member lags behind the newest line. Its own lines count until it has been looked at.</summary>
    public required long Lag { get; init; }
}
