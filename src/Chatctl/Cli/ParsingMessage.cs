using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>Says what the command-line library found wrong, in this program's words.</summary>
internal static class ParsingMessage
{
    private const string MissingValue = "Missing value for option '";
    private const string UnknownOption = "Unrecognized option";
    private const string UnknownWord = "Unrecognized command or argument";

    /// <summary>One line: what is wrong and what to do about it.</summary>
    /// <param name="e">What the library threw.</param>
    public static string Of(CommandParsingException e)
    {
        string advice = $"(try: {CommandTree.PathOf(e.Command)} --help)";
        return e switch
        {
            UnrecognizedCommandParsingException unknown => Unknown(unknown, advice),
            _ when Missing(e) is { } option => $"--{option.LongName}: the value is missing{(option is SettingOption { Expectation: { } form } ? $"; it must be {form}" : "")}",
            _ => $"{Uncapitalized(e.Message)} {advice}",
        };
    }

    private static CommandOption? Missing(CommandParsingException e)
    {
        if (!e.Message.StartsWith(MissingValue, StringComparison.Ordinal))
        {
            return null;
        }

        string name = e.Message[MissingValue.Length..].TrimEnd('.').TrimEnd('\'');
        return e.Command.Options.Find(option => option.LongName == name || option.ShortName == name || option.SymbolName == name);
    }

    /// <summary>Suggests the nearest thing that exists: an option for an option, a verb for a verb.</summary>
    private static string Unknown(UnrecognizedCommandParsingException e, string advice)
    {
        bool isOption = e.Message.StartsWith(UnknownOption, StringComparison.Ordinal);
        string? match = e.NearestMatches.FirstOrDefault(name => isOption != e.Command.Commands.Exists(verb => verb.Name == name));
        string problem = e.Message.Replace(UnknownOption, "unknown option", StringComparison.Ordinal)
            .Replace(UnknownWord, e.Command.Parent is null ? "unknown verb" : "unexpected argument", StringComparison.Ordinal);
        return match is null ? $"{problem} {advice}" : $"{problem}; did you mean '{(isOption ? "--" : "")}{match}'?";
    }

    private static string Uncapitalized(string message) =>
        message.Length == 0 ? message : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');
}
