namespace Chatctl;

/// <summary>
/// The log does not go on where this node has got to. Either the engine has lost entries that this node has read or appended, for instance because it crashed before
/// they were on its disk. Or it has deleted entries that this node has not read.
/// </summary>
public sealed class BackplaneLossException : BackplaneException
{
    /// <summary>Says what is lost.</summary>
    /// <param name="message">The line for the user.</param>
    /// <param name="lastCommon">The number of the last entry that the log and this node have in common; 0 if none is known.</param>
    public BackplaneLossException(string message, long lastCommon)
        : base(message) => LastCommon = lastCommon;

    /// <summary>The number of the last entry that the log and this node have in common; 0 if none is known.</summary>
    public long LastCommon { get; }
}
