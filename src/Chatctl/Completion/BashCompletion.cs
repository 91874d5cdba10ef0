using Chatctl.Cli;

namespace Chatctl.Completion;

/// <summary>Writes the completion for bash. It needs bash 3.2 or newer, and no bash-completion package.</summary>
internal static class BashCompletion
{
    /// <summary>Writes the script.</summary>
    /// <param name="model">The whole command line.</param>
    /// <param name="output">Gets the script.</param>
    public static void Write(CommandModel model, TextWriter output)
    {
        output.WriteLine($$"""
            # Completion for {{model.Name}} in bash: source <({{model.Name}} completion bash)
            _{{model.Name}}() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb= operands= words= options= i
                COMPREPLY=()
                # Bash splits --option=value at the equals sign.
                if [[ $current == '=' ]]; then
                    current=
                elif [[ $previous == '=' ]]; then
                    previous=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        --) operands=yes ;;
                        -*) ;;
                        *) [[ -n $verb ]] || verb=${COMP_WORDS[i]} ;;
                    esac
                done
                if [[ -z $operands ]]; then
                    case $verb:$previous in
            """);
        foreach (VerbModel verb in model.Verbs)
        {
            foreach (OptionModel option in verb.Options.Where(option => option.TakesWord))
            {
                string pattern = string.Join(" | ", option.Names.Select(name => $"{verb.Name}:{name}"));
                output.WriteLine($"            {pattern}) {Offer(option.Hint)}return ;;");
            }
        }

        output.WriteLine("""
                    esac
                fi
                case $verb in
            """);
        WriteWords("''", model.Verbs.Select(verb => verb.Name), model.Options);
        foreach (VerbModel verb in model.Verbs)
        {
            WriteWords(verb.Name, verb.Arguments is [{ Hint: ValueHint.Words words }, ..] ? words.Choices : [], verb.Options);
        }

        output.WriteLine($$"""
                esac
                [[ $current != -* || -n $operands ]] || words=$options
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -F _{{model.Name}} {{model.Name}}
            """);

        void WriteWords(string verb, IEnumerable<string> words, IEnumerable<OptionModel> options) => output.WriteLine(
            $"        {verb}) words='{string.Join(' ', words)}' options='{string.Join(' ', options.SelectMany(option => option.Names))}' ;;");
    }

    private static string Offer(ValueHint? hint) => hint switch
    {
        ValueHint.Words words => $"COMPREPLY=($(compgen -W '{string.Join(' ', words.Choices)}' -- \"$current\")); ",
        ValueHint.Listed listed => $"COMPREPLY=($(compgen -W \"$(\"${{COMP_WORDS[0]}}\" {listed.Arguments} 2>/dev/null)\" -- \"$current\")); ",
        ValueHint.Files => Paths("-f"),
        ValueHint.Directories => Paths("-d"),
        _ => "",
    };

    // Names may hold blanks. Readline escapes them if compopt declares them as file names, and compopt works only during a completion.
    private static string Paths(string action) =>
        $"local IFS=$'\\n'; COMPREPLY=($(compgen {action} -- \"$current\")); compopt -o filenames 2>/dev/null; ";
}
