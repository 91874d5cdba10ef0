namespace Chatctl.Core;

/// <content>How fast each member may send. Who has sent more is not read from until it is due again, and then there is a wake.</content>
public sealed partial class Room
{
    // Wakes for many members who are due one after the other come together.
    private static readonly TimeSpan BetweenPaceWakes = TimeSpan.FromMilliseconds(10);

    // Whom a wake is to come for, the earliest first.
    private readonly PriorityQueue<Pace, long> _paced = new();
    private readonly ITimer? _paceTimer;

    /// <summary>Counts what a member has sent, and sees to it that it is read from again if that was too much. Under the lock.</summary>
    private void CountPace(Member member, Pace pace, long units, long bytes)
    {
        pace.Count(units, bytes);
        if (pace.IsOpen)
        {
            return;
        }

        // Until then the end of its line cannot come.
        member.Framer.UnfinishedSince = pace.OpenAt;
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

    /// <summary>Somebody may be read from again.</summary>
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
                    // What had been read already has come since.
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
