using Chatctl.Cli;
using Chatctl.Io;
using Chatctl.Manual;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<ManVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl man</c>: the manual page, for man(1) and for the packages.</summary>
internal sealed class ManVerb : Verb
{
    /// <inheritdoc/>
    public override string Name => "man";

    /// <inheritdoc/>
    public override string Summary => "Print the manual page.";

    /// <inheritdoc/>
    public override bool IsHidden => true;

    /// <inheritdoc/>
    public override string Examples => """
          chatctl man | man -l -                                          # read it
          chatctl man > ~/.local/share/man/man1/chatctl.1                 # for: man chatctl
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command) => () =>
    {
        using var page = new StringWriter { NewLine = "\n" };
        ManualPage.Write(CommandModel.Read(), page);
        StandardStreams.OutputText.Write(page);
        return ExitCode.Done;
    };
}
