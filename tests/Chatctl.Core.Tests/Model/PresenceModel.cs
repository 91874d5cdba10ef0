namespace Chatctl.Core.Tests.Model;

/// <summary>Which events are told one by one, and when the rest is told as one.</summary>
/// <param name="add">Adds an event: its owner, and its JSON between the name of the event with its time and the end.</param>
internal sealed class PresenceModel(Action<long, string, string> add)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private DateTimeOffset? _began;
    private int _told;
    private long _joined;
    private long _left;
    private long _renamed;

    /// <summary>When the rest is told at the latest.</summary>
    public DateTimeOffset? Due { get; private set; }

    public void Join(DateTimeOffset now, SessionModel session) => Tell(now, ref _joined, session.Id, "join", $",\"id\":{session.Id},\"name\":\"{session.Name}\"");

    public void Leave(DateTimeOffset now, SessionModel session, string reason) =>
        Tell(now, ref _left, session.Id, "leave", $",\"id\":{session.Id},\"name\":\"{session.Name}\",\"reason\":\"{reason}\"");

    public void Rename(DateTimeOffset now, SessionModel session, string was) =>
        Tell(now, ref _renamed, session.Id, "rename", $",\"id\":{session.Id},\"name\":\"{session.Name}\",\"was\":\"{was}\"");

    public void TellCrowd(bool onTime)
    {
        Due = onTime ? null : Due;
        if (_joined + _left + _renamed > 0)
        {
            add(0, "crowd", $",\"joined\":{_joined},\"left\":{_left},\"renamed\":{_renamed}");
            (_joined, _left, _renamed) = (0, 0, 0);
        }
    }

    private void Tell(DateTimeOffset now, ref long count, long owner, string name, string rest)
    {
        if (_began is not { } began || now - began >= Second)
        {
            TellCrowd(onTime: false);
            (_began, _told) = (now, 0);
        }

        if (_told < 100)
        {
            _told++;
            add(owner, name, rest);
            return;
        }

        Due = _joined + _left + _renamed == 0 ? now + Second : Due;
        count++;
    }
}
