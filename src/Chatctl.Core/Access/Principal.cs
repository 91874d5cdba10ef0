namespace Chatctl.Core.Access;

/// <summary>Somebody who may be in a room, and what they may do there.</summary>
/// <param name="Name">The name. It is a valid name of a session, and nobody else gets it.</param>
/// <param name="MayRead">Whether they get what is said: lines, history, and who comes and goes.</param>
/// <param name="MayWrite">Whether they may say something.</param>
/// <param name="Proof">How they have proved who they are, as in the rules: <c>cert:ann</c>. Of a token it is the hash and not the token.</param>
public sealed record Principal(string Name, bool MayRead, bool MayWrite, string Proof)
{
    /// <summary>The rights as the rules have them: <c>read</c>, <c>write</c> or <c>read,write</c>.</summary>
    public string Rights => !MayRead ? "write" : !MayWrite ? "read" : "read,write";

    /// <summary>The name and the kind of proof, for the log.</summary>
    public override string ToString() => $"{Name} by {Proof[..Proof.IndexOf(':', StringComparison.Ordinal)]}";
}
