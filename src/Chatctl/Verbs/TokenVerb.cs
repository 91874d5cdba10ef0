using Chatctl.Cli;
using Chatctl.Core.Access;
using Chatctl.Io;
using Chatctl.Verbs;
using McMaster.Extensions.CommandLineUtils;

[assembly: Verb<TokenVerb>]

namespace Chatctl.Verbs;

/// <summary><c>chatctl token</c>: makes a token, by which a server knows who connects.</summary>
internal sealed class TokenVerb : Verb
{
    private static readonly ValueSyntax<string> Rights = new("read, write or read,write", (string text, out string value) =>
    {
        bool areRights = RuleSyntax.TryReadRights(text, out bool mayRead, out bool mayWrite);
        value = new Principal("", mayRead, mayWrite, "").Rights;
        return areRights;
    });

    /// <inheritdoc/>
    public override string Name => "token";

    /// <inheritdoc/>
    public override string Summary => "Make a token: a secret by which a server knows who connects.";

    /// <inheritdoc/>
    public override string Examples => """
          (umask 077; chatctl token ann >ann.token 2>>room.auth)  # the token for ann, and the line for 'serve --auth room.auth'
          chatctl token logger --rights write                     # a token that lets its owner say something and read nothing
          chatctl connect unix:/run/chat.sock --token-file ann.token
        """;

    /// <inheritdoc/>
    public override Func<int> Configure(CommandLineApplication command)
    {
        CommandArgument name = command.Argument("name", "Whose token it is. Several tokens may be for one name.");
        Setting<string> rights = command.Setting("--rights <RIGHTS>", "What its owner may do: read, write or read,write. Default: read,write.", Rights, "read,write");
        return () =>
        {
            string owner = name.Value ?? throw new UsageException("no name given; the argument is the name of the token's owner");
            if (RuleSyntax.FindWrong(owner) is { } wrong)
            {
                throw new UsageException($"'{owner}': {wrong}");
            }

            string token = AccessToken.Create();
            string line = $"{owner} {AccessToken.ProofOf(token)} {rights.Value}\n";

            // The line first: a token whose line is lost is good for nothing, and the other way round nobody is any the wiser.
            StandardStreams.ErrorText.Write(line);
            StandardStreams.OutputText.Write($"{token}\n");
            return ExitCode.Done;
        };
    }
}
