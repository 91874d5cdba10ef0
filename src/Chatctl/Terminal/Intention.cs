namespace Chatctl.Terminal;

/// <summary>What a person in a session means by a typed line.</summary>
internal abstract record Intention
{
    private const char Slash = '/';

    private Intention()
    {
    }

    /// <summary>The commands as the person types them, each with the blank that is to follow it.</summary>
    public static IReadOnlyList<string> Commands { get; } = ["/who", "/nick ", "/help", "/quit"];

    /// <summary>Reads a typed line. A line that begins with a slash is a command, and two slashes stand for one at the start of a text.</summary>
    public static Intention Of(string line)
    {
        if (line is not [Slash, ..])
        {
            return new Say(line);
        }

        if (line is [_, Slash, ..])
        {
            return new Say(line[1..]);
        }

        string[] words = line.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["/who"] => new AskWho(),
            ["/nick", var name] => new Rename(name),
            ["/nick"] => new Mistake("/nick needs a name: /nick NAME"),
            ["/help"] => new AskHelp(),
            ["/quit"] => new Leave(),
            ["/who" or "/help" or "/quit", _] => new Mistake($"{words[0]} stands alone"),
            _ => new Mistake($"there is no command {words[0]}; /help lists the commands"),
        };
    }

    /// <summary>Say a line.</summary>
    /// <param name="Text">The line.</param>
    internal sealed record Say(string Text) : Intention;

    /// <summary>See who is here.</summary>
    internal sealed record AskWho : Intention;

    /// <summary>Take another name.</summary>
    /// <param name="Name">The name. The server says whether it may be one.</param>
    internal sealed record Rename(string Name) : Intention;

    /// <summary>See the commands.</summary>
    internal sealed record AskHelp : Intention;

    /// <summary>End the input.</summary>
    internal sealed record Leave : Intention;

    /// <summary>Nothing that can be done.</summary>
    /// <param name="Message">What is wrong, for the person.</param>
    internal sealed record Mistake(string Message) : Intention;
}
