using Chatctl.Cli;

namespace Chatctl.Manual;

/// <summary>Writes chatctl(1) in the man macros, which every program for manual pages can read.</summary>
internal static class ManualPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="model">The whole command line.</param>
    /// <param name="output">Gets the page.</param>
    public static void Write(CommandModel model, TextWriter output)
    {
        // The page has no date, so that the same sources make the same page.
        output.WriteLine($".TH {model.Name.ToUpperInvariant()} 1 \"\" \"{model.Name} {model.Version}\"");
        output.WriteLine(".SH NAME");
        output.WriteLine($"{model.Name} \\- {Text(Uncapitalized(model.Summary))}");
        output.WriteLine(".SH SYNOPSIS");
        string between = "";
        foreach (VerbModel verb in model.Verbs)
        {
            output.Write(between);
            between = ".br\n";
            output.WriteLine(Synopsis(model, verb));
        }

        output.WriteLine(".SH DESCRIPTION");
        output.WriteLine("Any number of TCP or Unix socket clients join one room.");
        output.WriteLine("A line that one of them sends reaches all the others, whole and in the same order for all.");
        output.WriteLine("Any program that speaks TCP is a full member, such as \\fBnc\\fR(1).");
        output.WriteLine(".PP");
        output.WriteLine("Sizes are written \\fB64k\\fR, \\fB8m\\fR; durations \\fB500ms\\fR, \\fB10s\\fR, \\fB5m\\fR.");
        output.WriteLine("Words after \\fB\\-\\-\\fR are not options.");
        WriteOptions(model.Options, output);
        output.WriteLine(".SH VERBS");
        foreach (VerbModel verb in model.Verbs)
        {
            WriteVerb(verb, output);
        }

        output.WriteLine(".SH EXIT STATUS");
        foreach ((string code, string meaning) in ExitCode.Meanings)
        {
            WriteItem($"\\fB{code}\\fR", meaning, output);
        }

        WriteEnvironment(model, output);
        output.WriteLine(".SH EXAMPLES");
        output.WriteLine(".nf");
        foreach (string line in model.Verbs.SelectMany(verb => verb.Examples.Split('\n')))
        {
            output.WriteLine(Text(line.Trim()));
        }

        output.WriteLine(".fi");
        output.WriteLine(".SH SEE ALSO");
        output.WriteLine("\\fBnc\\fR(1), \\fBncat\\fR(1), \\fBsocat\\fR(1), \\fBtimeout\\fR(1)");
    }

    private static string Synopsis(CommandModel model, VerbModel verb) => string.Join(
        ' ',
        [
            $"\\fB{model.Name} {verb.Name}\\fR",
            "[\\fIoption\\fR...]",
            .. verb.Arguments.Select(argument => $"[\\fI{Text(argument.Name)}\\fR{(argument.IsRepeated ? "..." : "")}]"),
        ]);

    private static void WriteVerb(VerbModel verb, TextWriter output)
    {
        output.WriteLine($".SS {verb.Name}");
        string between = "";
        foreach (string paragraph in verb.Description.ReplaceLineEndings("\n").Split("\n\n"))
        {
            output.Write(between);
            between = ".PP\n";
            output.WriteLine(Text(paragraph.ReplaceLineEndings(" ")));
        }

        foreach (ArgumentModel argument in verb.Arguments)
        {
            WriteItem($"\\fI{Text(argument.Name)}\\fR", argument.Description, output);
        }

        WriteOptions(verb.Options, output);
    }

    private static void WriteOptions(IEnumerable<OptionModel> options, TextWriter output)
    {
        string heading = "";
        foreach (OptionModel option in options)
        {
            if (option.Group != heading && option.Group != OptionGroups.All)
            {
                output.WriteLine(".PP");
                output.WriteLine($"{Text(option.Group)}:");
            }

            heading = option.Group;
            string names = string.Join(", ", option.Names.Select(name => $"\\fB{Text(name)}\\fR"));
            string value = option switch
            {
                { Hint: ValueHint.Words words } => $" {string.Join("|", words.Choices.Select(choice => $"\\fB{Text(choice)}\\fR"))}",
                { Placeholder: { } placeholder, IsValueOptional: true } => $"[=\\fI{Text(placeholder)}\\fR]",
                { Placeholder: { } placeholder } => $" \\fI{Text(placeholder)}\\fR",
                _ => "",
            };
            WriteItem(names + value, option.Description, output);
        }
    }

    private static void WriteEnvironment(CommandModel model, TextWriter output)
    {
        output.WriteLine(".SH ENVIRONMENT");
        output.WriteLine("Each variable stands for an option. An option on the command line wins over its variable.");
        output.WriteLine("For an option without a value, \\fB1\\fR, \\fBtrue\\fR, \\fByes\\fR and \\fBon\\fR turn it on.");
        var variables = model.Verbs
            .SelectMany(verb => verb.Options.Select(option => (Option: option, Verb: verb.Name)))
            .Where(use => use.Option.Variable is not null)
            .GroupBy(use => use.Option.Variable!, StringComparer.Ordinal)
            .OrderBy(uses => uses.Key, StringComparer.Ordinal);
        foreach (IGrouping<string, (OptionModel Option, string Verb)> uses in variables)
        {
            WriteItem($"\\fB{uses.Key}\\fR", $"{uses.First().Option.Names[^1]} of {string.Join(", ", uses.Select(use => use.Verb))}", output);
        }
    }

    private static void WriteItem(string tag, string text, TextWriter output)
    {
        output.WriteLine(".TP");
        output.WriteLine(tag);
        output.WriteLine(Text(text));
    }

    /// <summary>Plain text for roff: nothing in it is an escape or a request, and a dash stays a dash that can be copied.</summary>
    private static string Text(string text)
    {
        string escaped = string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
        {
            '\\' => "\\e",
            '-' => "\\-",
            '\'' => "\\(aq",
            '`' => "\\(ga",
            '~' => "\\(ti",
            '^' => "\\(ha",
            > 126 => $"\\[u{rune.Value:X4}]",
            _ => rune.ToString(),
        }));
        return escaped.StartsWith('.') ? $"\\&{escaped}" : escaped;
    }

    private static string Uncapitalized(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');
}
