using Chatctl.Cli;

namespace Chatctl.Completion;

/// <summary>Writes the completion for fish.</summary>
internal static class FishCompletion
{
    /// <summary>Writes the script.</summary>
    /// <param name="model">The whole command line.</param>
    /// <param name="output">Gets the script.</param>
    public static void Write(CommandModel model, TextWriter output)
    {
        string name = model.Name;
        output.WriteLine($$"""
            # Completion for {{name}} in fish: {{name}} completion fish | source
            function __{{name}}_at --description 'Whether the verb on the command line is this one; an empty word means no verb yet'
                set -l verb ''
                for word in (commandline -opc)[2..-1]
                    if not string match -q -- '-*' $word
                        set verb $word
                        break
                    end
                end
                test "$verb" = "$argv[1]"
            end
            function __{{name}}_list --description 'The words that the program lists'
                set -l words (commandline -opc)
                $words[1] $argv 2>/dev/null
            end
            complete -c {{name}} -e
            complete -c {{name}} -f
            """);
        foreach (VerbModel verb in model.Verbs)
        {
            output.WriteLine($"complete -c {name} -n \"__{name}_at ''\" -a {verb.Name} -d {Quote(verb.Summary)}");
        }

        WriteOptions("''", model.Options);
        foreach (VerbModel verb in model.Verbs)
        {
            WriteOptions(verb.Name, verb.Options);
            foreach (ValueHint hint in verb.Arguments.Select(argument => argument.Hint).OfType<ValueHint>())
            {
                output.WriteLine($"complete -c {name} -n \"__{name}_at {verb.Name}\"{Values(hint)}");
            }
        }

        void WriteOptions(string verb, IEnumerable<OptionModel> options)
        {
            foreach (OptionModel option in options)
            {
                string names = string.Concat(option.Names.Select(n => n.StartsWith("--", StringComparison.Ordinal) ? $" -l {n[2..]}" : $" -s {n[1..]}"));
                string values = !option.TakesWord ? "" : option.Hint is null ? " -x" : Values(option.Hint);
                output.WriteLine($"complete -c {name} -n \"__{name}_at {verb}\"{names}{values} -d {Quote(option.Description)}");
            }
        }

        string Values(ValueHint hint) => hint switch
        {
            ValueHint.Words words => $" -x -a {Quote(string.Join(' ', words.Choices))}",
            ValueHint.Listed listed => $" -x -a '(__{name}_list {listed.Arguments})'",
            ValueHint.Directories => " -x -a '(__fish_complete_directories)'",
            _ => " -r -F",
        };
    }

    private static string Quote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
