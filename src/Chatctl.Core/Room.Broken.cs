using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>Members whose session has ended with a fatal error. Each gets a moment to read the error, and is then evicted.</content>
public sealed partial class Room
{
    private static readonly TimeSpan BrokenPatience = TimeSpan.FromSeconds(1);

    // In the order in which they are due. Under the lock.
    private readonly Queue<(Member Member, long Since)> _broken = new();
    private readonly ITimer _brokenTimer;

    private void LookAtBroken()
    {
        List<Member>? evicted = null;
        lock (_gate)
        {
            while (_broken.TryPeek(out (Member Member, long Since) first))
            {
                TimeSpan left = BrokenPatience - _time.GetElapsedTime(first.Since);
                if (left > TimeSpan.Zero)
                {
                    _brokenTimer.Change(left, Timeout.InfiniteTimeSpan);
                    break;
                }

                _broken.Dequeue();
                if (!first.Member.IsEvicted && first.Member.Index >= 0)
                {
                    Evict(first.Member, EvictionReason.Protocol);
                    (evicted ??= []).Add(first.Member);
                }
            }
        }

        LogEvicted(evicted, EvictionReason.Protocol);
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
        _broken.Enqueue((member, _time.GetTimestamp()));
        if (_broken.Count == 1)
        {
            _brokenTimer.Change(BrokenPatience, Timeout.InfiniteTimeSpan);
        }
    }
}
