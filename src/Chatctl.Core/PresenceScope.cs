namespace Chatctl.Core;

/// <summary>Whose coming and going sessions are told.</summary>
public enum PresenceScope
{
    /// <summary>That of sessions.</summary>
    Sessions,

    /// <summary>That of plain members too, by their numbers.</summary>
    All,
}
