using Chatctl.Core.Access;

namespace Chatctl.Core.Sessions;

/// <summary>A hello that is accepted, of a member of this node.</summary>
/// <param name="Member">The member.</param>
/// <param name="Hello">What it has said.</param>
/// <param name="Client">Its client id. The client is told it, and nobody else.</param>
/// <param name="Principal">Who it is; null in a room without access rules.</param>
internal sealed record Greeting(Member Member, Hello Hello, string Client, Principal? Principal)
{
    /// <summary>What all of the room has to know of it.</summary>
    public Entrance Entrance { get; } = new(Member.Id, SessionRegistry.Fingerprint(Client), Principal?.Name, Hello.Name);
}

/// <summary>A client has come for a session.</summary>
/// <param name="Connection">The number of the member that is its connection.</param>
/// <param name="Client">The fingerprint of its client id.</param>
/// <param name="Owner">The name of the principal whose session it is; null in a room without access rules.</param>
/// <param name="Name">The name that it wants, which is valid; null if it wants none.</param>
internal readonly record struct Entrance(long Connection, string Client, string? Owner, string? Name);
