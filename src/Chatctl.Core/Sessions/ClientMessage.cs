namespace Chatctl.Core.Sessions;

/// <summary>What a client's line is.</summary>
internal enum MessageKind
{
    /// <summary>A blank line, or an object that is not known. It is ignored.</summary>
    Nothing,

    /// <summary>A line to say.</summary>
    Line,

    /// <summary>A wish for another name.</summary>
    Rename,

    /// <summary>The question who is there.</summary>
    Who,

    /// <summary>Something that is not accepted. The session goes on.</summary>
    Refused,

    /// <summary>No JSON object. The session ends.</summary>
    Broken,
}

/// <summary>What a client has sent.</summary>
internal readonly ref struct ClientMessage
{
    /// <summary>The client's number of the line, also of one that is refused; 0 if it has none.</summary>
    public long N { get; init; }

    /// <summary>The text of a line, as bytes without escapes. It is valid until the next one is decoded, and as long as the input is.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The name that the client wants, not yet checked.</summary>
    public string? Name { get; init; }

    /// <summary>What is wrong, if it is refused or broken.</summary>
    public Fault Fault { get; init; }
}
