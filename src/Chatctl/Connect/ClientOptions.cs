using Chatctl.Connect.Sessions;
using Chatctl.Connect.Tls;

namespace Chatctl.Connect;

/// <summary>What a client does with its two directions.</summary>
internal sealed record ClientOptions
{
    /// <summary>Whether the input is read and sent. If not, nothing is read from it.</summary>
    public bool Sends { get; init; } = true;

    /// <summary>Whether what arrives is written to the output. If not, it is still received, and dropped.</summary>
    public bool Prints { get; init; } = true;

    /// <summary>How many lines to print before ending; null for no limit.</summary>
    public long? Count { get; init; }

    /// <summary>The byte that lines end with, in both directions.</summary>
    public byte Terminator { get; init; } = (byte)'\n';

    /// <summary>Whether lines that are sent end in CR LF instead of LF.</summary>
    public bool Crlf { get; init; }

    /// <summary>How long to wait after the end of input before the peer is told of it.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary>How long the peer may be silent after that. Then the client no longer waits for the confirmation, and fails.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an attempt at one address may take; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the system.</summary>
    public TimeSpan ConnectTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long to try to connect, at first and after each lost connection; null to try once and never again.</summary>
    public TimeSpan? RetryFor { get; init; }

    /// <summary>Whether to report each address that it connects to.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>The session that it opens; null for a plain member, who sends bytes and gets bytes.</summary>
    public SessionRequest? Session { get; init; }

    /// <summary>Whom to trust at a TLS endpoint, and what to show of this client; null for the default.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Whether a lost connection is followed by another.</summary>
    public bool Retries => RetryFor is not null;
}
