using Chatctl.Cli;
using Chatctl.Completion;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<CompletionVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl completion</c>: what a shell needs to complete this tool's command line.</summary>
internal sealed class CompletionVerb : Verb
{
    private static readonly ValueSyntax<Shell> ShellName = ValueSyntax.OneOf<Shell>();

    /// <inheritdoc/>
    public override string Name => "completion";

    /// <inheritdoc/>
    public override string Summary => "Print the script by which a shell completes this command line.";

    /// <inheritdoc/>
    public override string Examples => """
          source <(chatctl completion bash)                               # in ~/.bashrc
          source <(chatctl completion zsh)                                # in ~/.zshrc, after compinit
          chatctl completion fish > ~/.config/fish/completions/chatctl.fish
          chatctl completion pwsh | Out-String | Invoke-Expression        # in $PROFILE
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        var shell = new HintedArgument { Name = "shell", Description = $"{char.ToUpperInvariant(ShellName.Expectation[0])}{ShellName.Expectation[1..]}", Hint = ShellName.Hint! };
        command.Arguments.Add(shell);
        return () =>
        {
            string text = shell.Value ?? throw new UsageException($"no shell given: {ShellName.Expectation}");
            if (!ShellName.TryParse(text, out Shell name))
            {
                throw new UsageException($"'{text}' is not {ShellName.Expectation}");
            }

            using var script = new StringWriter { NewLine = "\n" };
            Action<CommandModel, TextWriter> write = name switch
            {
                Shell.Bash => BashCompletion.Write,
                Shell.Zsh => ZshCompletion.Write,
                Shell.Fish => FishCompletion.Write,
                _ => PowerShellCompletion.Write,
            };
            write(CommandModel.Read(), script);
            StandardStreams.OutputText.Write(script);
            return ExitCode.Done;
        };
    }
}
