namespace Chatctl.Cli;

/// <summary>What was asked for makes no sense or cannot be had: one line to the user and <see cref="ExitCode.Usage"/>.</summary>
/// <param name="message">One line: what was wrong and what was meant.</param>
internal sealed class UsageException(string message) : Exception(message);
