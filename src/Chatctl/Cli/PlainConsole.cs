using Chatctl.Io;
using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>What the command-line library sees as the console: a writer, and nothing of <c>Console</c>, which takes milliseconds to start.</summary>
/// <param name="writer">Takes whatever the library prints.</param>
internal sealed class PlainConsole(TextWriter writer) : IConsole
{
    /// <inheritdoc/>
    /// <remarks>Never raised: a signal ends the process, or whoever runs the verb has asked for it.</remarks>
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
        // What is written here has no colours.
    }
}
