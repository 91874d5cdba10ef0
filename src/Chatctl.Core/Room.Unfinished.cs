namespace Chatctl.Core;

/// <content>
/// The beginnings of lines, which are kept until the lines end. There is a limit on what they take together. If they take more, the room evicts a
/// member: among those with large beginnings, the one whose line has been unfinished the longest. Prompts and slow typists stay,
/// since their lines are short. Long lines that are on their way stay, since they end soon.
/// </content>
/// <remarks>
/// The time in which the room does not read from a member does not count. While a member's pace holds it back, the age of its line counts from
/// the time when it may send again. A full window holds all members back alike, so it does not change which line is the oldest.
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

    /// <summary>Evicts members until the unfinished lines are within their limit. Under the lock.</summary>
    /// <returns>The members that it evicted; null if there are none, which is the usual case.</returns>
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

    /// <summary>The member to evict. There always is one, since the largest beginning is never below the average.</summary>
    private Member OldestOfLargeBeginnings()
    {
        long large = _unfinished.Large;
        Member? oldest = null;
        foreach (Member member in _members)
        {
            if (member.Beginning.Length > 0 && member.Beginning.BufferBytes >= large
                && (oldest is null || member.Beginning.Since < oldest.Beginning.Since))
            {
                oldest = member;
            }
        }

        return oldest!;
    }
}
