using Chatctl.Core.Journal;

namespace Chatctl.Core;

/// <summary>What a commit log takes at once. It is used again and again.</summary>
internal sealed class CommitBatch
{
    /// <summary>The units as sessions get them: lines and events, in their order. The memory is the log's.</summary>
    public List<ReadOnlyMemory<byte>> Units { get; } = [];

    /// <summary>What else must be known of sessions, if it has changed: for one, the number of the last line that was taken.</summary>
    public List<SessionRecord> Sessions { get; } = [];

    /// <summary>How far the feeds go with it.</summary>
    public Places Ends { get; set; }

    /// <summary>The number of the last line.</summary>
    public long LastSeq { get; set; }

    /// <summary>The largest number of a member.</summary>
    public long LastId { get; set; }

    /// <summary>What would be gone if all of it, and everything before it, were gone.</summary>
    public GoneValues Gone { get; set; }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Units.Clear();
        Sessions.Clear();
    }
}
