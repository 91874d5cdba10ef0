namespace Chatctl.Cli;

/// <summary>The network or the peer failed: one line to the user and <see cref="ExitCode.Network"/>.</summary>
/// <param name="message">One line: with whom, and what happened.</param>
/// <param name="innerException">What the system said, shown with <c>-v</c>.</param>
internal sealed class ConnectionException(string message, Exception? innerException = null) : Exception(message, innerException);
