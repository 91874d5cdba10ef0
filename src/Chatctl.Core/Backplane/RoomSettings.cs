namespace Chatctl.Core.Backplane;

/// <summary>What all nodes of a room must have in common, or an entry would not mean the same to all of them.</summary>
internal static class RoomSettings
{
    /// <summary>The settings as a line for the user, in the words of the command line.</summary>
    public static string Of(RoomOptions options) =>
        $"--framing {options.Framing.ToString().ToLowerInvariant()}, --max-line {options.MaxLineBytes}, "
        + (options.Sessions ? $"--presence {options.Presence.ToString().ToLowerInvariant()}" : "no sessions");
}
