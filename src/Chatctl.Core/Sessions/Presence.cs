using Chatctl.Core.Backplane;

namespace Chatctl.Core.Sessions;

/// <summary>Tells sessions who comes and goes. If too much happens in a second, the rest of it is only counted.</summary>
/// <remarks>
/// Everything is under the room's lock. Without the limit, ten thousand clients that come at once would be a hundred million deliveries.
/// </remarks>
internal sealed class Presence : IDisposable
{
    /// <summary>How many events are told one by one in a second.</summary>
    public const int MostInSecond = 100;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SessionLog _log;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long? _secondBegan;
    private int _told;
    private long _joined;
    private long _left;
    private long _renamed;

    /// <summary>Begins without events.</summary>
    /// <param name="log">Gets the events.</param>
    /// <param name="time">The clock.</param>
    /// <param name="due">Called when <see cref="TellCrowd"/> has to be. Not under the lock.</param>
    public Presence(SessionLog log, TimeProvider time, Action due)
    {
        _log = log;
        _time = time;
        _timer = time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it has counted.</summary>
    public PresenceCounts Counts
    {
        get => new(_secondBegan, _told, _joined, _left, _renamed);
        set => (_secondBegan, _told, _joined, _left, _renamed) = (value.SecondBegan, value.Told, value.Joined, value.Left, value.Renamed);
    }

    /// <summary>A session has got its first connection, or another one after a while without.</summary>
    public void Joined(Session session)
    {
        if (IsTold(ref _joined))
        {
            _log.AddJoin(session);
        }
    }

    /// <summary>A session has lost its connection, or finished.</summary>
    public void Left(Session session, string reason)
    {
        if (IsTold(ref _left))
        {
            _log.AddLeave(session, reason);
        }
    }

    /// <summary>A plain member has joined.</summary>
    public void Joined(long id)
    {
        if (IsTold(ref _joined))
        {
            _log.AddJoin(id);
        }
    }

    /// <summary>A plain member has left, or it is none any more.</summary>
    public void Left(long id, string reason)
    {
        if (IsTold(ref _left))
        {
            _log.AddLeave(id, reason);
        }
    }

    /// <summary>A session has another name.</summary>
    public void Renamed(Session session, string was)
    {
        if (IsTold(ref _renamed))
        {
            _log.AddRename(session, was);
        }
    }

    /// <summary>Tells how much was only counted.</summary>
    public void TellCrowd()
    {
        if (_joined + _left + _renamed > 0)
        {
            _log.AddCrowd(_joined, _left, _renamed);
            (_joined, _left, _renamed) = (0, 0, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private bool IsTold(ref long count)
    {
        if (_secondBegan is not { } began || _time.GetElapsedTime(began) >= Second)
        {
            TellCrowd();
            _secondBegan = _time.GetTimestamp();
            _told = 0;
        }

        if (_told < MostInSecond)
        {
            _told++;
            return true;
        }

        if (_joined + _left + _renamed == 0)
        {
            _timer.Change(Second, Timeout.InfiniteTimeSpan);
        }

        count++;
        return false;
    }
}
