using Chatctl.Cli;
using Chatctl.Completion;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<CompletionVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl completion</c>: prints what a shell needs to complete this tool's command line.</summary>
internal sealed class CompletionVerb : Verb
{
    private static readonly ValueSyntax<Shell> ShellName = ValueSyntax.OneOf<Shell>();

    /// <inheritdoc/>
    public override string Name => "completion";

    /// <inheritdoc/>
    public override string Summary => "Print the script that lets a shell complete this command line.";

    /// <inheritdoc/>
    public override string Examples => """
          source <(chatctl completion bash)                               # put this line into ~/.bashrc
          source <(chatctl completion zsh)                                # put this line into ~/.zshrc, after compinit
          chatctl completion fish > ~/.config/fish/completions/chatctl.fish # run this once
          chatctl completion pwsh | Out-String | Invoke-Expression        # put this line into $PROFILE
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        var shell = new HintedArgument { Name = "shell", Description = $"The shell: {ShellName.Expectation}.", Hint = ShellName.Hint! };
        command.Arguments.Add(shell);
        return () =>
        {
            string text = shell.Value ?? throw new UsageException($"no shell given; the argument is {ShellName.Expectation}");
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
