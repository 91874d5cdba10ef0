namespace Chatctl.Cli;

/// <summary>The network or the peer failed. The user gets one line and <see cref="ExitCode.Network"/>.</summary>
/// <param name="message">One line: the peer, and what happened.</param>
/// <param name="innerException">The system's own error, shown with <c>-v</c>.</param>
internal sealed class ConnectionException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether another attempt would fail in the same way.</summary>
    public bool IsHopeless { get; init; }
}
