namespace Chatctl.Tests.Chaos;

/// <summary>What a bad network does to each direction of a connection. By default it does nothing.</summary>
internal sealed record Faults
{
    /// <summary>The longest delay of a piece. The delay of each piece is random.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How many bytes pass in a second. 0: no limit.</summary>
    public int BytesPerSecond { get; init; }

    /// <summary>The largest piece that is passed on at once. The size of each piece is random. 1 passes single bytes.</summary>
    public int LargestPiece { get; init; } = 64 << 10;

    /// <summary>Both connections are reset after so many bytes from the client.</summary>
    public int? ResetAfter { get; init; }

    /// <summary>After so many bytes in a direction nothing passes any more, although the connection stays.</summary>
    public int? SilentAfter { get; init; }

    /// <summary>The delay of a FIN.</summary>
    public TimeSpan FinDelay { get; init; }
}
