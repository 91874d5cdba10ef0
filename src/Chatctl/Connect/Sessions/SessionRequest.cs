namespace Chatctl.Connect.Sessions;

/// <summary>The session that a user asks for.</summary>
internal sealed record SessionRequest
{
    /// <summary>The name that others see; null for the server's default.</summary>
    public string? Name { get; init; }

    /// <summary>What to send of the past, in the words of the protocol; null for nothing. A position in the file comes first.</summary>
    public string? Since { get; init; }

    /// <summary>The position to go on after: that of the file, or else one that the user gave; null if there is none.</summary>
    public Position? Start => PositionFile?.Start ?? Position.Of(Since);

    /// <summary>Where the position is kept for the next run; null to keep it nowhere.</summary>
    public PositionFile? PositionFile { get; init; }

    /// <summary>Shows the server who connects; null if it need not know.</summary>
    public Token? Token { get; init; }

    /// <summary>What of a line is printed.</summary>
    public LineForm Form { get; init; }

    /// <summary>The file that the texts are appended to as well; null for none.</summary>
    public string? Tee { get; init; }
}

/// <summary>What of a line of the room is printed.</summary>
internal enum LineForm
{
    /// <summary>Its text, and the end of lines.</summary>
    Text,

    /// <summary>The server's time, a space, its text, and the end of lines.</summary>
    Timestamped,

    /// <summary>The server's JSON object, and LF. Events are printed too.</summary>
    Json,
}
