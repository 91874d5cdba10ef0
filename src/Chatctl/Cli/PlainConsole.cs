using Chatctl.Io;
using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>The console that the command-line library gets: a writer, and nothing of <c>Console</c>, because that takes milliseconds to start.</summary>
/// <param name="writer">Gets everything that the library prints.</param>
internal sealed class PlainConsole(TextWriter writer) : IConsole
{
    /// <inheritdoc/>
    /// <remarks>Never raised: a signal ends the process, or the verb handles the signal itself.</remarks>
    public event ConsoleCancelEventHandler? CancelKeyPress
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public TextWriter Out => writer;

    /// <inheritdoc/>
    public TextWriter Error => writer;

    /// <inheritdoc/>
    public TextReader In => TextReader.Null;

    /// <inheritdoc/>
    public bool IsInputRedirected => !StandardStreams.InputIsTerminal;

    /// <inheritdoc/>
    public bool IsOutputRedirected => true;

    /// <inheritdoc/>
    public bool IsErrorRedirected => true;

    /// <inheritdoc/>
    public ConsoleColor ForegroundColor { get; set; }

    /// <inheritdoc/>
    public ConsoleColor BackgroundColor { get; set; }

    /// <inheritdoc/>
    public void ResetColor()
    {
        // The text has no colours.
    }
}
