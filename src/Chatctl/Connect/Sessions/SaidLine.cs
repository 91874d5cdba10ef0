namespace Chatctl.Connect.Sessions;

/// <summary>A line of the room. The spans are valid until the call that got it returns.</summary>
internal readonly ref struct SaidLine
{
    /// <summary>Its number in the room. Numbers grow, and those of one epoch are never given twice.</summary>
    public long Seq { get; init; }

    /// <summary>When the server gave it its number, as the server wrote it: RFC 3339 in UTC.</summary>
    public ReadOnlySpan<byte> Time { get; init; }

    /// <summary>The number of the member who said it.</summary>
    public long Id { get; init; }

    /// <summary>The name of the session that said it; null for a plain member. Not checked: it may hold any character.</summary>
    public string? From { get; init; }

    /// <summary>The text without a line end. Not checked: it may hold any byte.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The whole JSON object as it came, without a line end.</summary>
    public ReadOnlySpan<byte> Raw { get; init; }
}
