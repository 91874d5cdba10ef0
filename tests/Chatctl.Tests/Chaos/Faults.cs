namespace Chatctl.Tests.Chaos;

/// <summary>What a bad network does to each direction of a connection. None of it by default.</summary>
internal sealed record Faults
{
    /// <summary>The longest that a piece is held back; how long each is, is drawn.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How many bytes a second pass; 0 for any number.</summary>
    public int BytesPerSecond { get; init; }

    /// <summary>The largest piece that is passed on at once; how large each is, is drawn. 1 takes a stream apart into single bytes.</summary>
    public int LargestPiece { get; init; } = 64 << 10;

    /// <summary>After how many bytes from the client both connections are reset.</summary>
    public int? ResetAfter { get; init; }

    /// <summary>After how many bytes, in each direction, nothing passes any more although the connection stays.</summary>
    public int? SilentAfter { get; init; }

    /// <summary>How long a FIN is held back.</summary>
    public TimeSpan FinDelay { get; init; }
}
