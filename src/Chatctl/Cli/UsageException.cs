namespace Chatctl.Cli;

/// <summary>The user asks for something that makes no sense or does not exist. The user gets one line and <see cref="ExitCode.Usage"/>.</summary>
/// <param name="message">One line: what is wrong, and what would be right.</param>
internal sealed class UsageException(string message) : Exception(message);
