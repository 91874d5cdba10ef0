using System.Runtime.Versioning;
using Chatctl.Connect;
using Chatctl.Connect.Sessions;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// Chooses the <see cref="LocalStreams"/> of a client by what standard input and output are. If both are a terminal, and lines end in LF, there is a line
/// editor. If only the output is a terminal, control characters are shown and not obeyed. Otherwise the bytes pass as they are.
/// </summary>
internal sealed class LocalSide : IDisposable
{
    private readonly Action _finish;

    private LocalSide(LocalStreams streams, Action finish) => (Streams, _finish) = (streams, finish);

    /// <summary>The streams for the client.</summary>
    public LocalStreams Streams { get; }

    /// <summary>Looks at standard input and output, and takes over a terminal if there is one.</summary>
    /// <param name="options">What the client does with the two.</param>
    /// <param name="isPlain">Whether to use the terminal's own line editing.</param>
    /// <param name="rings">Whether to ring the bell when somebody in a session says this member's name.</param>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public static LocalSide Open(ClientOptions options, bool isPlain, bool rings)
    {
        var standard = LocalStreams.Standard();
        if (!options.Prints || !StandardStreams.OutputIsTerminal)
        {
            return new LocalSide(standard, static () => { });
        }

        ChatOptions? chat = IsChat(options) ? new ChatOptions(rings, options.Session!.Form == LineForm.Timestamped) : null;
        if (options is { Sends: true, Terminator: (byte)'\n' } && !isPlain && IsTerminalKnown)
        {
            var conversation = new Conversation(chat);
            return new LocalSide(conversation.Streams, conversation.Dispose);
        }

        if (chat is not null)
        {
            return OpenChat(standard, HasCommands(options), isPlain, chat);
        }

        var output = new NeutralOutput(standard.Output);
        return new LocalSide(standard with { Output = output }, output.Finish);
    }

    /// <summary>What a person who has just connected may want to know.</summary>
    public static string Hint(ClientOptions options) =>
        !options.Sends ? "" : options.Session is null ? "-N NAME gives a name" : HasCommands(options) ? "/help lists commands" : "";

    /// <summary>Whether a person sees a session as a chat. Other forms of output are for programs and files.</summary>
    private static bool IsChat(ClientOptions options) => options is { Prints: true, Session: { Form: not LineForm.Json, Tee: null } };

    private static bool HasCommands(ClientOptions options) =>
        IsChat(options) && options is { Sends: true, Terminator: (byte)'\n' } && StandardStreams.InputIsTerminal;

    private static LocalSide OpenChat(LocalStreams standard, bool isTyped, bool isPlain, ChatOptions options)
    {
        var transcript = new Transcript(Palette.Choose(isPlain, Environment.GetEnvironmentVariable));
        var window = new PlainWindow(standard.Output);
        var input = new ChatInput(standard.Input, say => new Chat(transcript, window, say, options));

        // Lines from a pipe are no commands.
        return new LocalSide(standard with { Input = isTyped ? input : standard.Input, Chat = input.Chat }, static () => { });
    }

    /// <summary>Whether the line editor can use the terminal. That needs Linux, and a terminal that knows escape sequences.</summary>
    [SupportedOSPlatformGuard("linux")]
    private static bool IsTerminalKnown => OperatingSystem.IsLinux()
        && StandardStreams.InputIsTerminal
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public void Dispose() => _finish();
}
