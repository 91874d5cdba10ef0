using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>Members whose session has ended with a fatal error. Each gets a moment to read the error, and is then evicted.</content>
public sealed partial class Room
{
    private static readonly TimeSpan BrokenPatience = TimeSpan.FromSeconds(1);

    private readonly Patience _broken;

    private void LookAtBroken()
    {
        List<Member>? evicted = null;
        List<Member>? evictedForFault;
        lock (_gate)
        {
            while (_broken.TryTake() is { } member)
            {
                if (member is { IsEvicted: false, Index: >= 0 })
                {
                    Evict(member, member.IsStranger ? EvictionReason.Refused : EvictionReason.Protocol);
                    (evicted ??= []).Add(member);
                }
            }

            // Why a stranger is refused has been logged.
            evictedForFault = evicted?.FindAll(member => !member.IsStranger);
        }

        LogEvicted(evictedForFault, EvictionReason.Protocol);
        if (evicted is not null)
        {
            Wake();
        }
    }

    /// <summary>Nothing more is taken from a member. It gets a moment to read why, and is then reset.</summary>
    private void Break(Member member, SessionLink link)
    {
        member.EndInput();
        member.LoseInput();
        link.Break();
        _broken.Begin(member);
    }
}
