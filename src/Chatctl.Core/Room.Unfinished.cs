namespace Chatctl.Core;

/// <content>
/// The beginnings of lines, which are kept until the lines end: what they may take together, and which member has to go when they take more.
/// Among the members with large ones, it is the one whose line has been unfinished the longest. Prompts and slow typists stay,
/// since their lines are short. Long lines that are on their way stay, since they end soon.
/// </content>
/// <remarks>
/// The time in which the room does not read from a member does not count. While a member's pace holds it back, its line counts from when the
/// pace will let it go on. A full window holds all members back alike, so it does not change whose line is the oldest.
/// </remarks>
public sealed partial class Room
{
    private readonly UnfinishedLines _unfinished;

    /// <summary>How many bytes the beginnings of unfinished lines take.</summary>
    internal long UnfinishedBytes
    {
        get
        {
            lock (_gate)
            {
                return _unfinished.Bytes;
            }
        }
    }

    /// <summary>Evicts members until what unfinished lines take is within its limit. Under the lock.</summary>
    /// <returns>Those that it evicted; null if none, as is usual.</returns>
    private List<Member>? BoundUnfinished()
    {
        List<Member>? evicted = null;
        while (_unfinished.Bytes > _options.MaxUnfinishedBytes)
        {
            Member oldest = OldestOfLargeBeginnings();
            Evict(oldest, EvictionReason.Unfinished);
            (evicted ??= []).Add(oldest);
        }

        return evicted;
    }

    /// <summary>There is one, since the largest of all is never below the average.</summary>
    private Member OldestOfLargeBeginnings()
    {
        long large = _unfinished.Large;
        Member? oldest = null;
        foreach (Member member in _members)
        {
            if (member.Framer.IsMidUnit && member.Framer.BufferBytes >= large
                && (oldest is null || member.Framer.UnfinishedSince < oldest.Framer.UnfinishedSince))
            {
                oldest = member;
            }
        }

        return oldest!;
    }
}
