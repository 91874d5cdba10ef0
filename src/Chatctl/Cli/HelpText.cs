using McMaster.Extensions.CommandLineUtils;
using McMaster.Extensions.CommandLineUtils.HelpText;

namespace Chatctl.Cli;

/// <summary>Writes what <c>--help</c> shows: at most 80 columns wide, the options under headings.</summary>
internal sealed class HelpText : IHelpTextGenerator
{
    private const int MeaningColumn = 26;

    /// <inheritdoc/>
    public void Generate(CommandLineApplication application, TextWriter output)
    {
        foreach (string paragraph in (application.Description ?? "").ReplaceLineEndings("\n").Split("\n\n"))
        {
            Write(output, Wrapping.Lines(paragraph, Wrapping.Width));
            output.WriteLine();
        }

        output.WriteLine(Usage(application));
        ArgumentModel[] arguments = [.. application.Arguments.Select(ArgumentModel.Of)];
        WriteItems(output, "Arguments", arguments.Select(argument => (argument.Placeholder, argument.Description)));
        WriteItems(output, "Verbs", application.Commands.Select(verb => (verb.Name!, verb.Description ?? "")).OrderBy(verb => verb.Item1, StringComparer.Ordinal));
        foreach (IGrouping<string, OptionModel> group in OptionModel.Of(application).GroupBy(option => option.Group))
        {
            // The long names stand below each other: a short name and its comma are as wide as what is in their place here.
            WriteItems(output, group.Key, group.Select(option => ((option.Names.Count == 1 ? "    " : "") + option.Usage, option.Description)));
        }

        WriteExamples(output, application.ExtendedHelpText ?? "");
        if (application.Commands.Count > 0)
        {
            output.WriteLine();
            output.WriteLine($"'{application.Name} VERB --help' explains a verb.");
        }
    }

    private static string Usage(CommandLineApplication application)
    {
        string[] words =
        [
            CommandTree.PathOf(application),
            .. application.Commands.Count > 0 ? ["VERB"] : Array.Empty<string>(),
            "[OPTION...]",
            .. application.Arguments.Select(argument => $"[{ArgumentModel.Of(argument).Placeholder}]"),
        ];
        return $"Usage: {string.Join(' ', words)}";
    }

    private static void WriteItems(TextWriter output, string heading, IEnumerable<(string Term, string Meaning)> items)
    {
        string title = $"{Environment.NewLine}{heading}:";
        foreach ((string term, string meaning) in items)
        {
            if (title.Length > 0)
            {
                output.WriteLine(title);
                title = "";
            }

            Write(output, Wrapping.Item(term, meaning, MeaningColumn));
        }
    }

    /// <summary>Each comment stands above its command, so that both fit and the command can be copied whole.</summary>
    private static void WriteExamples(TextWriter output, string examples)
    {
        output.WriteLine();
        output.WriteLine("Examples:");
        foreach (string example in examples.ReplaceLineEndings("\n").Split('\n'))
        {
            string[] parts = example.Trim().Split(" # ", 2, StringSplitOptions.TrimEntries);
            if (parts.Length > 1)
            {
                output.WriteLine($"  # {parts[1]}");
            }

            output.WriteLine($"  {parts[0]}");
        }
    }

    private static void Write(TextWriter output, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            output.WriteLine(line);
        }
    }
}
