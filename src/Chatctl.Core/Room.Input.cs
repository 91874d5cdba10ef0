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
        List<Member>? crowding;
        Feed.WindowChange change;
        lock (_gate)
        {
            if (member.InputEnded)
            {
                member.LoseInput();
                return;
            }

            Tally before = _feed.End;
            _received += bytes.Length;
            member.HasSent = true;
            member.ActiveTick = _idleTick;
            fits = member.Input.Take(bytes);
            if (!fits)
            {
                Evict(member, EvictionReason.LineTooLong);
            }

            Tally ordered = _feed.End - before;
            member.Reader.Own += ordered;
            published = ordered.Bytes > 0 && _feed.Publish();
            if (member.Pace is { } pace)
            {
                CountPace(member, pace, ordered.Units, bytes.Length);
            }

            crowding = BoundUnfinished();
            change = _feed.Bound();
        }

        if (!fits)
        {
            RoomMessages.Evicted(_logger, member, EvictionReason.LineTooLong.Explain());
        }

        _feed.Log(change);
        LogEvicted(crowding, EvictionReason.Unfinished);
        if (published || !fits || change.HasEvicted || crowding is not null)
        {
            Wake();
        }
    }

    internal void EndInput(Member member)
    {
        lock (_gate)
        {
            if (member.InputEnded)
            {
                return;
            }

            member.EndInput();
            if (!member.HasSent)
            {
                // It is a listener: it sends nothing and stays to receive.
                return;
            }

            Tally before = _feed.End;
            member.Input.Finish();

            // Its last units do not wait for more units, since its receipt waits for them.
            _feed.PublishNow();
            member.Reader.Own += _feed.End - before;
            member.EndSequence = _sequencer.Next;
            member.Reader.StopAtEnd();
        }

        Wake();
    }
}
