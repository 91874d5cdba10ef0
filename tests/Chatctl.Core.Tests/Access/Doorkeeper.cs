using Chatctl.Core.Access;

namespace Chatctl.Core.Tests.Access;

/// <summary>Lets in whom its rules name. A test changes the rules.</summary>
internal sealed class Doorkeeper(string rules) : IAccess
{
    public AccessRules Rules { get; set; } = RuleSyntax.Read(rules);

    /// <summary>What the next tokens get for an answer; null for that of the rules.</summary>
    public TokenAnswer? Answer { get; set; }

    /// <summary>How many tokens it was asked about.</summary>
    public int Asked { get; private set; }

    public Principal? Identify(Peer peer) => Rules.Find(peer);

    public TokenAnswer Check(Peer peer, string token)
    {
        Asked++;
        return Answer ?? (Rules.Find(token) is { } principal ? new TokenAnswer(TokenResult.Accepted, principal) : new TokenAnswer(TokenResult.Wrong));
    }

    public bool IsStill(Principal principal) => Rules.Holds(principal);

    public string? OwnerOf(string name) => Rules.OwnerOf(name);
}
