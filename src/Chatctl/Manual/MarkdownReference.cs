using Chatctl.Cli;

namespace Chatctl.Manual;

/// <summary>Writes the options of a verb in Markdown, for the verb's page under <c>docs</c>.</summary>
internal static class MarkdownReference
{
    /// <summary>Writes the reference of one verb.</summary>
    /// <param name="model">The whole command line.</param>
    /// <param name="verb">The verb.</param>
    /// <param name="output">Gets the text.</param>
    public static void Write(CommandModel model, VerbModel verb, TextWriter output)
    {
        string arguments = string.Concat(verb.Arguments.Select(argument => $" [{argument.Placeholder}]"));
        output.WriteLine($"    {model.Name} {verb.Name} [OPTION...]{arguments}");
        foreach (ArgumentModel argument in verb.Arguments)
        {
            output.WriteLine();
            output.WriteLine($"`{argument.Placeholder}`: {Text(argument.Description)}");
        }

        foreach (IGrouping<string, OptionModel> group in verb.Options.GroupBy(option => option.Group))
        {
            output.WriteLine();
            output.WriteLine($"### {group.Key}");
            output.WriteLine();
            output.WriteLine("| option | meaning | variable |");
            output.WriteLine("| --- | --- | --- |");
            foreach (OptionModel option in group)
            {
                string variable = option.Variable is null ? "" : $"`{option.Variable}` ";
                output.WriteLine($"| `{Text(option.Usage)}` | {Text(option.Description)} | {variable}|");
            }
        }

        output.WriteLine();
        output.WriteLine("### Exit codes");
        output.WriteLine();
        output.WriteLine("| code | meaning |");
        output.WriteLine("| --- | --- |");
        foreach ((string code, string meaning) in ExitCode.Meanings)
        {
            output.WriteLine($"| {code} | {meaning} |");
        }
    }

    /// <summary>A bar would end the cell of a table, also between backquotes.</summary>
    private static string Text(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
