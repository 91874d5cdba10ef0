namespace Chatctl.Connect;

/// <summary>What a session does with its two directions.</summary>
internal sealed record SessionOptions
{
    /// <summary>Whether the input is read and sent. If not, it is not touched.</summary>
    public bool Sends { get; init; } = true;

    /// <summary>Whether what arrives is written to the output. If not, it is read all the same.</summary>
    public bool Prints { get; init; } = true;

    /// <summary>How many lines to print before ending; null for no limit.</summary>
    public long? Count { get; init; }

    /// <summary>What lines end with, in both directions.</summary>
    public byte Terminator { get; init; } = (byte)'\n';

    /// <summary>Whether what is sent gets CR LF for LF.</summary>
    public bool Crlf { get; init; }

    /// <summary>How long after the end of input to wait before telling the peer.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary>How long the peer may then be silent before its confirmation is given up.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an attempt at one address may take; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</summary>
    public TimeSpan ConnectTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long to try for a connection, the first and each that follows one that was lost; null to try once.</summary>
    public TimeSpan? RetryFor { get; init; }

    /// <summary>Whether to tell what it connects to.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>Whether a lost connection is followed by another.</summary>
    public bool Retries => RetryFor is not null;
}
