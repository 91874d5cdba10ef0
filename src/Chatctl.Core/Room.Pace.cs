namespace Chatctl.Core;

/// <content>
/// How fast each member may send. If a member has sent more, the room does not read from it until it may send again. Then a wake comes.
/// </content>
public sealed partial class Room
{
    // If many members are due one soon after the other, one wake serves them.
    private static readonly TimeSpan BetweenPaceWakes = TimeSpan.FromMilliseconds(10);

    // The paces that a wake has to come for, the earliest first.
    private readonly PriorityQueue<Pace, long> _paced = new();
    private readonly ITimer? _paceTimer;

    /// <summary>Counts what a member has sent. If that was too much, a wake comes when the room may read from it again. Under the lock.</summary>
    private void CountPace(Member member, Pace pace, long units, long bytes)
    {
        pace.Count(units, bytes);
        if (pace.IsOpen)
        {
            return;
        }

        // Before that, the end of its line cannot come.
        member.Beginning.Since = pace.OpenAt;
        if (!pace.IsAwaited)
        {
            Await(pace);
            SetPaceTimer();
        }
    }

    private void Await(Pace pace)
    {
        pace.IsAwaited = true;
        _paced.Enqueue(pace, pace.OpenAt);
    }

    /// <summary>The room may read from a member again.</summary>
    private void LookAtPaces()
    {
        bool any = false;
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            while (_paced.TryPeek(out Pace? pace, out long due) && due <= now)
            {
                _paced.Dequeue();
                pace.IsAwaited = false;
                if (pace.OpenAt > now)
                {
                    // The member has sent more since, which had already been read.
                    Await(pace);
                }
                else
                {
                    any = true;
                }
            }

            SetPaceTimer();
        }

        if (any)
        {
            Wake();
        }
    }

    private void SetPaceTimer()
    {
        if (_paced.TryPeek(out _, out long due))
        {
            TimeSpan wait = _time.GetElapsedTime(_time.GetTimestamp(), due);
            _paceTimer!.Change(wait < BetweenPaceWakes ? BetweenPaceWakes : wait > RoomOptions.LongestTimeout ? RoomOptions.LongestTimeout : wait, Timeout.InfiniteTimeSpan);
        }
    }
}
