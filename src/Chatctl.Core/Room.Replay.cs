using Chatctl.Core.Journal;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>Members that read the past from the journal, and where they go over to the log.</content>
public sealed partial class Room
{
    // Places in the journal and in the log of sessions that are the same: the first in each segment, and the last of all. Under the lock.
    private readonly Seams _seams = new();

    /// <summary>The journal is open where a session has asked for it: now it gets the server's hello. On its outbound side.</summary>
    internal void Answer(SessionLink link, Past past)
    {
        lock (_gate)
        {
            link.Answers.Encoder.Hello(link.HelloBehind! with { First = past.First, Gap = past.Gap });
            link.HelloBehind = null;
            link.Tell();
        }

        WakeDoors();
    }

    /// <summary>A member that reads the past gets its place in the log, if it has got to a place that is still in the log. On its outbound side.</summary>
    internal bool TryGoLive(Member member, SessionLink link, Replay past)
    {
        lock (_gate)
        {
            Feed feed = _sessions!.Log.Feed;
            Reader beside = link.Reader!;
            if (!_seams.TryFind(past.Place, out long position))
            {
                return false;
            }

            member.FirstSequence += past.Lost;
            if (beside.Cursor.StopsAt <= position)
            {
                // It gets nothing that was said behind the end of its input.
                beside.Own += past.Own;
                link.EndReplay(null);
                return true;
            }

            if (feed.TryOpenAt(member, beside.Id, position) is not { } live)
            {
                return false;
            }

            live.Own += past.Own;
            live.Cursor.StopAt(beside.Cursor.Stop);
            feed.Remove(beside);
            if (link.Session is { } session && session.Member == member)
            {
                session.Connect(member, live);
            }

            member.Reader = live;
            link.EndReplay(live);
            return true;
        }
    }

    /// <summary>The next place where a member that reads the past may get its place in the log. If there is none, a wake comes with the next commit.</summary>
    internal JournalPlace? SeamBehind(Replay past)
    {
        lock (_gate)
        {
            return _seams.Behind(past.Place);
        }
    }

    /// <summary>A member cannot get the past, because the journal cannot be read. On its outbound side.</summary>
    internal void FailReplay(Member member, SessionLink link, Exception failure)
    {
        lock (_gate)
        {
            link.EndReplay(null);
            var fault = new Fault(Fault.Since, "the past cannot be read");
            if (link.HelloBehind is null)
            {
                link.Answers.Encoder.Error(fault, n: 0, fatal: true);
            }
            else
            {
                link.Answers.Encoder.RefuseHello(fault);
                link.HelloBehind = null;
            }

            Break(member, link);
            link.Tell();
        }

        RoomMessages.PastUnreadable(_logger, member, failure.Message);
        WakeDoors();
    }
}
