using System.Runtime.Versioning;
using Chatctl.Connect;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// The user's side of a session as standard input and output call for: an editor where both are a terminal and lines are lines, controls shown and not obeyed
/// where output is one, and the bytes as they are otherwise.
/// </summary>
internal sealed class LocalSide : IDisposable
{
    private readonly Action _finish;

    private LocalSide(LocalStreams streams, Action finish) => (Streams, _finish) = (streams, finish);

    /// <summary>For the session.</summary>
    public LocalStreams Streams { get; }

    /// <summary>Looks at standard input and output, and takes over a terminal if there is one.</summary>
    /// <param name="options">What the session does with the two.</param>
    /// <param name="isPlain">Whether the terminal's own line editing is wanted.</param>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public static LocalSide Open(SessionOptions options, bool isPlain)
    {
        var standard = LocalStreams.Standard();
        if (!options.Prints || !StandardStreams.OutputIsTerminal)
        {
            return new LocalSide(standard, static () => { });
        }

        if (options is { Sends: true, Terminator: (byte)'\n' } && !isPlain && IsTerminalKnown)
        {
            var conversation = new Conversation();
            return new LocalSide(conversation.Streams, conversation.Dispose);
        }

        var output = new NeutralOutput(standard.Output);
        return new LocalSide(standard with { Output = output }, output.Finish);
    }

    /// <summary>Whether the terminal can be driven: Linux, and not one that knows no escape sequences.</summary>
    [SupportedOSPlatformGuard("linux")]
    private static bool IsTerminalKnown => OperatingSystem.IsLinux()
        && StandardStreams.InputIsTerminal
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public void Dispose() => _finish();
}
