using Chatctl.Cli;

namespace Chatctl.Completion;

/// <summary>Writes the completion for zsh: for <c>source</c>, or as a file <c>_chatctl</c> in <c>fpath</c>.</summary>
internal static class ZshCompletion
{
    /// <summary>Writes the script.</summary>
    /// <param name="model">The whole command line.</param>
    /// <param name="output">Gets the script.</param>
    public static void Write(CommandModel model, TextWriter output)
    {
        output.WriteLine($$"""
            #compdef {{model.Name}}
            # Completion for {{model.Name}} in zsh: source <({{model.Name}} completion zsh), after compinit
            _{{model.Name}}() {
                local program=$words[1] curcontext=$curcontext context state state_descr line
                local -A opt_args
                _arguments -C \
            """);
        WriteOptions(model.Options, "        ");
        output.WriteLine("""
                    '1:verb:->verb' \
                    '*::argument:->arguments' && return
                case $state in
                    verb)
                        local -a verbs
                        verbs=(
            """);
        foreach (VerbModel verb in model.Verbs)
        {
            output.WriteLine($"                {Quote($"{verb.Name}:{verb.Summary}")}");
        }

        output.WriteLine("""
                        )
                        _describe -t verbs verb verbs
                        ;;
                    arguments)
                        case $line[1] in
            """);
        foreach (VerbModel verb in model.Verbs)
        {
            output.WriteLine($"                {verb.Name})");
            output.WriteLine("                    _arguments \\");
            WriteOptions(verb.Options, "                        ");
            string arguments = string.Concat(verb.Arguments.Select(argument =>
                $" {Quote($"{(argument.IsRepeated ? "*" : "")}:{argument.Name}:{Action(argument.Hint)}")}"));
            output.WriteLine($"                       {(arguments.Length > 0 ? arguments : " ':: : '")}");
            output.WriteLine("                    ;;");
        }

        output.WriteLine($$"""
                        esac
                        ;;
                esac
            }
            # In fpath, this file is the body of the function at its first call. With source, it registers the function.
            if [[ ${funcstack[1]} == _{{model.Name}} ]]; then
                _{{model.Name}} "$@"
            else
                compdef _{{model.Name}} {{model.Name}}
            fi
            """);

        void WriteOptions(IEnumerable<OptionModel> options, string indent)
        {
            foreach (OptionModel option in options)
            {
                string all = string.Join(' ', option.Names);
                string value = option.Placeholder is null ? "" : $"{(option.IsValueOptional ? "::" : ":")}{Escape(option.Placeholder, ':')}:{Action(option.Hint)}";
                foreach (string name in option.Names)
                {
                    // The equals sign means that the value may follow one, or be the next word.
                    string spec = option.Placeholder is null || !name.StartsWith("--", StringComparison.Ordinal) ? name : option.IsValueOptional ? $"{name}=-" : $"{name}=";
                    output.WriteLine($"{indent}{Quote($"({all}){spec}[{Escape(option.Description, '[', ']')}]{value}")} \\");
                }
            }
        }
    }

    private static string Action(ValueHint? hint) => hint switch
    {
        ValueHint.Words words => $"({string.Join(' ', words.Choices)})",
        ValueHint.Listed listed => $"{{compadd -- ${{(f)\"$($program {listed.Arguments} 2>/dev/null)\"}}}}",
        ValueHint.Files => "_files",
        ValueHint.Directories => "_files -/",
        _ => " ",
    };

    private static string Escape(string text, params char[] special) =>
        string.Concat(text.Select(c => c == '\\' || special.Contains(c) ? $"\\{c}" : $"{c}"));

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
