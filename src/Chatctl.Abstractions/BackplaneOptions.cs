namespace Chatctl;

/// <summary>Where a backplane is, and who this node is.</summary>
public sealed record BackplaneOptions
{
    /// <summary>The address, as the user wrote it, without a password: <c>redis://127.0.0.1:6379/main</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The password; null if there is none. It is never logged.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// What names this node in the log. It differs from that of any node that has ever been there, also of this one before it was started again: a name and a random part.
    /// At most 100 visible ASCII characters without spaces.
    /// </summary>
    public required string Node { get; init; }
}
