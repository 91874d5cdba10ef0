using Chatctl.Core.Backplane;

namespace Chatctl.Core;

/// <content>What members send: it is cut into units, ordered, and handed to the feed.</content>
public sealed partial class Room
{
    internal void Receive(Member member, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        bool fits;
        bool published;
        bool hasNews;
        List<Member>? crowding;
        Note[] notes;
        Feed.WindowChange change;
        Feed.WindowChange sessionChange;
        lock (_gate)
        {
            if (member.InputEnded)
            {
                member.LoseInput();
                return;
            }

            long before = UnitsTaken;
            Tally plainBefore = _feed.End;
            _takingSince = null;
            _received += bytes.Length;
            member.HasSent |= member.Link is null;
            member.ActiveTick = _idleTick;
            fits = member.Input.Take(bytes);
            if (!fits)
            {
                Evict(member, EvictionReason.LineTooLong);
            }

            if (member.Link is null)
            {
                member.Reader.Own += _feed.End - plainBefore;
            }

            published = _sequencer.Publish();
            if (member.Pace is { } pace)
            {
                // What a session asks or what is refused is not ordered, but it is work, and the others are told of another name.
                CountPace(member, pace, member.Link is null ? UnitsTaken - before : bytes.Count((byte)'\n'), bytes.Length);
            }

            crowding = BoundUnfinished();
            BoundCommits();
            change = _feed.Bound();
            sessionChange = _sequencer.Sessions?.Feed.Bound() ?? default;
            (hasNews, _hasNews) = (_hasNews, false);
            notes = TakeNotes();
        }

        if (!fits)
        {
            RoomMessages.Evicted(_logger, member, EvictionReason.LineTooLong.Explain());
        }

        _feed.Log(change);
        _sessions?.Log.Feed.Log(sessionChange);
        Log(notes);
        LogEvicted(crowding, EvictionReason.Unfinished);
        if (published || hasNews || !fits || change.HasEvicted || sessionChange.HasEvicted || crowding is not null || notes.Length > 0)
        {
            Wake();
        }
        else if (_backplane is not null)
        {
            _commits!.Wake();
        }
    }

    internal void EndInput(Member member)
    {
        Note[] notes;
        lock (_gate)
        {
            if (member.InputEnded)
            {
                return;
            }

            if (member.IsHeld)
            {
                member.Input.Finish();
                return;
            }

            _takingSince = null;
            EndInputNow(member);
            _hasNews = false;
            notes = TakeNotes();
        }

        Log(notes);
        Wake();
    }

    /// <summary>A member has half-closed. Under the lock.</summary>
    private void EndInputNow(Member member)
    {
        Tally before = _feed.End;
        if (member.Beginning.Length > 0)
        {
            member.Input.Finish();
        }

        if (member.IsHeld)
        {
            // Its last bytes were a hello. It is finished once it has its session.
            member.Input.Finish();
            return;
        }

        if (member is { IsStranger: true, Link: null })
        {
            EvictNow(member, EvictionReason.Refused);
        }

        member.HasFinished = true;
        member.EndInput();

        // A plain member that has not sent anything is a listener: it stays to receive, if it may. A session is not: a client that is gone half-closes too,
        // and its name would stay taken.
        if (member.HasSent || member.Link is not null || !member.MayRead)
        {
            // Its last units do not wait for more units, since its receipt waits for them.
            _sequencer.PublishNow();
            if (member.Link is null)
            {
                member.Reader.Own += _feed.End - before;
            }

            FinishBehind(member);
        }
        else
        {
            _sequencer.Publish();
        }
    }

    /// <summary>A member is finished behind all that was taken up to now. Under the lock.</summary>
    private void FinishBehind(Member member)
    {
        if (_proposals is null)
        {
            StopAtEnd(member);
        }
        else
        {
            _proposals.Add(ProposalKind.End, member.Id);
        }
    }

    /// <summary>A member gets nothing that is ordered from now on. Under the lock.</summary>
    private void StopAtEnd(Member member)
    {
        if (member.StopsAt is null)
        {
            member.StopsAt = _sequencer.Ends;
            member.EndSequence = Math.Min(member.EndSequence, _sequencer.Next);
            member.Reader.StopAtEnd();
            member.Link?.Reader?.StopAtEnd();
        }
    }
}
