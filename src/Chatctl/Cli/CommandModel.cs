using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>The whole command line as data, read from the same declarations as <c>--help</c>: what completions and the manual are made of.</summary>
/// <param name="Name">The program.</param>
/// <param name="Version">Its version.</param>
/// <param name="Summary">What it is, in a sentence.</param>
/// <param name="Options">Those that stand without a verb.</param>
/// <param name="Verbs">By name, without the hidden ones.</param>
internal sealed record CommandModel(string Name, string Version, string Summary, IReadOnlyList<OptionModel> Options, IReadOnlyList<VerbModel> Verbs)
{
    /// <summary>Reads the declarations of every verb.</summary>
    public static CommandModel Read()
    {
        CommandLineApplication app = CommandTree.Build(verb => !verb.IsHidden, TextWriter.Null);
        VerbModel[] verbs =
        [
            .. CommandTree.Verbs().Where(verb => !verb.IsHidden).OrderBy(verb => verb.Name, StringComparer.Ordinal)
                .Select(verb => VerbModel.Of(verb, app.Commands.Single(command => command.Name == verb.Name))),
        ];
        return new CommandModel(CommandTree.Name, CommandTree.Version, app.Description!, OptionModel.Of(app), verbs);
    }
}

/// <summary>One verb.</summary>
/// <param name="Name">The word after the program's name.</param>
/// <param name="Summary">One line.</param>
/// <param name="Description">As its help has it: the summary, or more.</param>
/// <param name="Examples">Commands, one a line.</param>
/// <param name="Options">In the order of their declaration.</param>
/// <param name="Arguments">In their order.</param>
internal sealed record VerbModel(
    string Name, string Summary, string Description, string Examples, IReadOnlyList<OptionModel> Options, IReadOnlyList<ArgumentModel> Arguments)
{
    /// <summary>Reads one.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="command">What it has declared.</param>
    public static VerbModel Of(Verb verb, CommandLineApplication command) => new(
        verb.Name, verb.Summary, command.Description ?? verb.Summary, verb.Examples, OptionModel.Of(command), [.. command.Arguments.Select(ArgumentModel.Of)]);
}

/// <summary>One option.</summary>
/// <param name="Names">With their dashes, the short one first.</param>
/// <param name="Placeholder">What stands for its value; null if it takes none.</param>
/// <param name="IsValueOptional">Whether the value may be left out, and stands behind an equals sign if it is there.</param>
/// <param name="Description">As the help has it.</param>
/// <param name="Hint">What its value may be; null if there is nothing to offer.</param>
/// <param name="Variable">The environment variable that stands for it; null if there is none.</param>
internal sealed record OptionModel(IReadOnlyList<string> Names, string? Placeholder, bool IsValueOptional, string Description, ValueHint? Hint, string? Variable)
{
    /// <summary>Whether the word that follows is its value.</summary>
    public bool TakesWord => Placeholder is not null && !IsValueOptional;

    /// <summary>Reads those of a command.</summary>
    /// <param name="command">What was declared.</param>
    public static IReadOnlyList<OptionModel> Of(CommandLineApplication command) => [.. command.Options.Where(option => option.ShowInHelpText).Select(Of)];

    private static OptionModel Of(CommandOption option)
    {
        string? letter = option.ShortName is { Length: > 0 } shortName ? shortName : option.SymbolName;
        string[] names = [.. string.IsNullOrEmpty(letter) ? [] : new[] { $"-{letter}" }, $"--{option.LongName}"];
        var setting = option as SettingOption;
        return new OptionModel(
            names,
            string.IsNullOrEmpty(option.ValueName) ? null : option.ValueName,
            option.OptionType == CommandOptionType.SingleOrNoValue,
            option.Description ?? "",
            setting?.Hint,
            setting?.Variable);
    }
}

/// <summary>One argument of a verb.</summary>
/// <param name="Name">What stands for it.</param>
/// <param name="Description">As the help has it.</param>
/// <param name="IsRepeated">Whether there may be several.</param>
/// <param name="Hint">What it may be; null if there is nothing to offer.</param>
internal sealed record ArgumentModel(string Name, string Description, bool IsRepeated, ValueHint? Hint)
{
    /// <summary>Reads one.</summary>
    /// <param name="argument">What was declared.</param>
    public static ArgumentModel Of(CommandArgument argument) =>
        new(argument.Name ?? "", argument.Description ?? "", argument.MultipleValues, (argument as HintedArgument)?.Hint);
}
