namespace Chatctl.Core;

/// <content>Who neither sends nor is sent anything. Members note by a coarse clock when they last did; nothing else is done for it while bytes move.</content>
public sealed partial class Room
{
    private const int IdleTicks = 4;

    private readonly ITimer? _idleTimer;
    private volatile int _idleTick;

    /// <summary>The coarse clock: quarters of the idle timeout that have passed. It stands still if there is none.</summary>
    internal int IdleTick => _idleTick;

    private TimeSpan IdleTickTime => TimeSpan.FromTicks(Math.Max(_options.IdleTimeout!.Value.Ticks / IdleTicks, TimeSpan.TicksPerMillisecond));

    /// <summary>A quarter of the idle timeout has passed: evicts who has been idle for four whole ones.</summary>
    private void LookForIdle()
    {
        List<Member>? idle = null;
        lock (_gate)
        {
            int tick = ++_idleTick;
            foreach (Member member in _members)
            {
                if ((!member.InputEnded && !member.WantsInput) || member.ReceiptAwaitedSince is not null)
                {
                    // The room keeps it waiting: it does not read from it, or has not given it its receipt yet.
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

        TellEvicted(idle, EvictionReason.Idle);
        if (idle is not null)
        {
            Wake();
        }
    }
}
