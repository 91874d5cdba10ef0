using Chatctl.Cli;
using Chatctl.Io;
using Chatctl.Manual;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<ManVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl man</c>: prints the manual page, and the options of a verb for its reference page.</summary>
internal sealed class ManVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "man";

    /// <inheritdoc/>
    public override string Summary => "Print the manual page.";

    /// <inheritdoc/>
    public override string Examples => """
          chatctl man | man -l -                                          # read the manual page
          chatctl man > ~/.local/share/man/man1/chatctl.1                 # install it for 'man chatctl'
          chatctl man --markdown serve                                    # print the options of one verb in Markdown
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        CommandOption markdown = command.Option("--markdown <VERB>", "Print the reference of this verb in Markdown instead.", CommandOptionType.SingleValue);
        return () =>
        {
            var model = CommandModel.Read();
            using var page = new StringWriter { NewLine = "\n" };
            if (markdown.Value() is { } name)
            {
                VerbModel verb = model.Verbs.FirstOrDefault(verb => verb.Name == name)
                    ?? throw new UsageException($"--markdown: '{name}' is not one of {string.Join(", ", model.Verbs.Select(verb => verb.Name))}");
                MarkdownReference.Write(model, verb, page);
            }
            else
            {
                ManualPage.Write(model, page);
            }

            StandardStreams.OutputText.Write(page);
            return ExitCode.Done;
        };
    }
}
