namespace Chatctl.Core;

/// <content>
/// Members that neither send nor are sent anything. A member notes the time of its last byte by a coarse clock. Nothing else is done while
/// bytes move.
/// </content>
public sealed partial class Room
{
    private const int IdleTicks = 4;

    private readonly ITimer? _idleTimer;
    private volatile int _idleTick;

    // If the backplane takes longer for a batch, it is away. A node has a batch for it at each beat.
    private static readonly TimeSpan AwayFrom = TimeSpan.FromSeconds(1);

    /// <summary>The coarse clock: how many quarters of the idle timeout have passed. Without an idle timeout it stands still.</summary>
    internal int IdleTick => _idleTick;

    private TimeSpan IdleTickTime => TimeSpan.FromTicks(Math.Max(_options.IdleTimeout!.Value.Ticks / IdleTicks, TimeSpan.TicksPerMillisecond));

    /// <summary>A quarter of the idle timeout has passed. Evicts the members that have been idle for four whole quarters.</summary>
    private void LookForIdle()
    {
        List<Member>? idle = null;
        lock (_gate)
        {
            int tick = ++_idleTick;
            bool isAway = _proposals?.Delay > AwayFrom;
            foreach (Member member in _members)
            {
                if ((!member.InputEnded && !member.WantsInput) || member.Receipt is not null || isAway)
                {
                    // The room makes it wait: the room does not read from it, or has not given it its receipt yet. Or nothing can come, because the backplane is away.
                    member.ActiveTick = tick;
                }
                else if (tick - member.ActiveTick > IdleTicks && !member.IsEvicted)
                {
                    Evict(member, EvictionReason.Idle);
                    (idle ??= []).Add(member);
                }
            }

            _idleTimer!.Change(IdleTickTime, Timeout.InfiniteTimeSpan);
        }

        LogEvicted(idle, EvictionReason.Idle);
        if (idle is not null)
        {
            Wake();
        }
    }
}
