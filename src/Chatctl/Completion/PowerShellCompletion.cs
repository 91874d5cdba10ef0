using Chatctl.Cli;

namespace Chatctl.Completion;

/// <summary>Writes the completion for PowerShell. Where it offers nothing, PowerShell itself offers files.</summary>
internal static class PowerShellCompletion
{
    /// <summary>Writes the script.</summary>
    /// <param name="model">The whole command line.</param>
    /// <param name="output">Gets the script.</param>
    public static void Write(CommandModel model, TextWriter output)
    {
        output.WriteLine($$"""
            # Completion for {{model.Name}} in PowerShell: {{model.Name}} completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName {{model.Name}} -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $verbs = @(
            """);
        foreach (VerbModel verb in model.Verbs)
        {
            string choices = verb.Arguments is [{ Hint: ValueHint.Words words }, ..] ? List(words.Choices) : "@()";
            output.WriteLine($"        @{{ Name = {Quote(verb.Name)}; Text = {Quote(verb.Summary)}; Choices = {choices} }}");
        }

        output.WriteLine("""
                )
                $options = @(
            """);
        WriteOptions("", model.Options);
        foreach (VerbModel verb in model.Verbs)
        {
            WriteOptions(verb.Name, verb.Options);
        }

        // The text of an AST element is the word as it was typed. The words before the cursor decide what is offered for the word at the cursor.
        output.WriteLine("""
                )
                $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
                $typed = @($words | Select-Object -Skip 1 | Where-Object { $_ -notlike '-*' })
                $verb = if ($typed.Count -gt 0) { $typed[0] } else { '' }
                $here = @($options | Where-Object { $_.Verb -ceq $verb })
                $before = @($here | Where-Object { $_.TakesValue -and $words.Count -gt 1 -and $_.Names -ccontains $words[-1] })
                if ($before.Count -gt 0) {
                    $offers = @(& $before[0].Values $words[0] | ForEach-Object { @{ Name = $_; Text = $_ } })
                }
                elseif ($wordToComplete -like '-*') {
                    $offers = @($here | ForEach-Object { $option = $_; $option.Names | ForEach-Object { @{ Name = $_; Text = $option.Text } } })
                }
                elseif ($verb -eq '') {
                    $offers = $verbs
                }
                else {
                    $offers = @($verbs | Where-Object { $_.Name -ceq $verb } | ForEach-Object { $_.Choices } | ForEach-Object { @{ Name = $_; Text = $_ } })
                }
                $offers | Where-Object { $_.Name -like "$wordToComplete*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_.Name, $_.Name, 'ParameterValue', $_.Text)
                }
            }
            """);

        void WriteOptions(string verb, IEnumerable<OptionModel> options)
        {
            foreach (OptionModel option in options)
            {
                output.WriteLine(
                    $"        @{{ Verb = {Quote(verb)}; Names = {List(option.Names)}; TakesValue = ${(option.TakesWord ? "true" : "false")}; "
                    + $"Values = {{ param($program) {Values(option.Hint)} }}; Text = {Quote(option.Description)} }}");
            }
        }
    }

    private static string Values(ValueHint? hint) => hint switch
    {
        ValueHint.Words words => List(words.Choices),
        ValueHint.Listed listed => $"& $program {listed.Arguments} 2>$null",
        _ => "@()",
    };

    private static string List(IEnumerable<string> words) => $"@({string.Join(", ", words.Select(Quote))})";

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
