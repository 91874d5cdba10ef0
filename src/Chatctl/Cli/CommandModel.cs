using McMaster.Extensions.CommandLineUtils;

namespace Chatctl.Cli;

/// <summary>The whole command line as data. Completions, the manual page and the reference pages are made from it, and it is read from the same declarations as <c>--help</c>.</summary>
/// <param name="Name">The program.</param>
/// <param name="Version">Its version.</param>
/// <param name="Summary">What it is, in a sentence.</param>
/// <param name="Options">The options that stand without a verb.</param>
/// <param name="Verbs">All verbs, in the order of their names.</param>
internal sealed record CommandModel(string Name, string Version, string Summary, IReadOnlyList<OptionModel> Options, IReadOnlyList<VerbModel> Verbs)
{
    /// <summary>Reads the declarations of every verb.</summary>
    public static CommandModel Read()
    {
        CommandLineApplication app = CommandTree.Build(_ => true, TextWriter.Null);
        VerbModel[] verbs =
        [
            .. CommandTree.Verbs().OrderBy(verb => verb.Name, StringComparer.Ordinal)
                .Select(verb => VerbModel.Of(verb, app.Commands.Single(command => command.Name == verb.Name))),
        ];
        return new CommandModel(CommandTree.Name, CommandTree.Version, app.Description!, OptionModel.Of(app), verbs);
    }
}

/// <summary>One verb.</summary>
/// <param name="Name">The word after the program's name.</param>
/// <param name="Summary">One line.</param>
/// <param name="Description">The text at the top of its help: the summary, or more.</param>
/// <param name="Examples">Commands, one a line.</param>
/// <param name="Options">Group by group.</param>
/// <param name="Arguments">In the order of their declaration.</param>
internal sealed record VerbModel(
    string Name, string Summary, string Description, string Examples, IReadOnlyList<OptionModel> Options, IReadOnlyList<ArgumentModel> Arguments)
{
    /// <summary>Reads one verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="command">The command with the verb's declarations.</param>
    public static VerbModel Of(Verb verb, CommandLineApplication command) => new(
        verb.Name, verb.Summary, command.Description ?? verb.Summary, verb.Examples, OptionModel.Of(command), [.. command.Arguments.Select(ArgumentModel.Of)]);
}

/// <summary>One option.</summary>
/// <param name="Names">With their dashes, the short one first.</param>
/// <param name="Placeholder">The word that stands for its value; null if it takes none.</param>
/// <param name="IsValueOptional">Whether the value may be left out. If it is given, it stands after an equals sign.</param>
/// <param name="Description">The text in the help.</param>
/// <param name="Hint">What its value may be; null if a shell has nothing to offer.</param>
/// <param name="Variable">The environment variable that stands for it; null if there is none.</param>
/// <param name="Group">The heading that it stands under.</param>
internal sealed record OptionModel(
    IReadOnlyList<string> Names, string? Placeholder, bool IsValueOptional, string Description, ValueHint? Hint, string? Variable, string Group)
{
    /// <summary>Whether the word that follows is its value.</summary>
    public bool TakesWord => Placeholder is not null && !IsValueOptional;

    /// <summary>How it is written: <c>-t, --transport NAME</c>, <c>--retry[=TIME]</c>.</summary>
    public string Usage => string.Join(", ", Names) + (Placeholder is null ? "" : IsValueOptional ? $"[={Placeholder}]" : $" {Placeholder}");

    /// <summary>Reads the options of a command, group by group, with those of no group at the end.</summary>
    /// <param name="command">The command.</param>
    public static IReadOnlyList<OptionModel> Of(CommandLineApplication command)
    {
        IReadOnlyList<OptionGroup> groups = command.Parent is null ? [] : OptionGroups.Of(command.Name);
        string rest = groups.Count == 0 ? OptionGroups.All : OptionGroups.Others;
        List<CommandOption> left = [.. command.Options.Where(option => option.ShowInHelpText)];
        List<OptionModel> models = [];
        foreach (OptionGroup group in groups)
        {
            CommandOption[] grouped = [.. group.LongNames.Select(name => left.Find(option => option.LongName == name)).OfType<CommandOption>()];
            models.AddRange(grouped.Select(option => Of(option, group.Heading)));
            left.RemoveAll(grouped.Contains);
        }

        // Help comes last: a reader who sees it knows it already.
        return [.. models, .. left.OrderBy(option => option.LongName == "help" ? 1 : 0).Select(option => Of(option, rest))];
    }

    private static OptionModel Of(CommandOption option, string group)
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
            setting?.Variable,
            group);
    }
}

/// <summary>One argument of a verb.</summary>
/// <param name="Name">The word that stands for it.</param>
/// <param name="Description">The text in the help.</param>
/// <param name="IsRepeated">Whether there may be several.</param>
/// <param name="Hint">What it may be; null if a shell has nothing to offer.</param>
internal sealed record ArgumentModel(string Name, string Description, bool IsRepeated, ValueHint? Hint)
{
    /// <summary>How it stands in a usage line: <c>ENDPOINT...</c>.</summary>
    public string Placeholder => $"{Name.ToUpperInvariant()}{(IsRepeated ? "..." : "")}";

    /// <summary>Reads one argument.</summary>
    /// <param name="argument">The declaration.</param>
    public static ArgumentModel Of(CommandArgument argument) =>
        new(argument.Name ?? "", argument.Description ?? "", argument.MultipleValues, (argument as HintedArgument)?.Hint);
}
