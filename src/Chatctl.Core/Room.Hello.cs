using Chatctl.Core.Access;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>How a member opens a session. All is under the lock.</content>
public sealed partial class Room
{
    // The room has one name, until there are rooms of other names.
    private const string RoomName = "main";

    /// <summary>A member has said hello.</summary>
    /// <param name="member">The member.</param>
    /// <param name="line">The hello without its prefix and its end.</param>
    internal void Greet(Member member, ReadOnlySpan<byte> line)
    {
        member.HasSent = false;
        _hasNews = true;
        _greeted++;
        _strangers -= member.IsStranger ? 1 : 0;
        if (!HelloDecoder.TryDecode(line, out Hello? hello, out Fault fault) || (hello.Name is not null && !SessionName.TryParse(hello.Name, out fault)))
        {
            Refuse(member, fault);
            return;
        }

        if (!TryProve(member, hello.Token, out Principal? principal, out fault))
        {
            Refuse(member, fault);
            return;
        }

        if (principal is { MayRead: false })
        {
            hello = hello with { Since = null };
        }

        if (principal is { MayWrite: false })
        {
            hello = hello with { Name = principal.Name };
        }

        SessionSide side = _sessions ?? OpenSessions();
        long own = side.Log.Feed.OwnOf(side.Registry.Find(principal?.Name, hello.Client)?.Id ?? member.Id);
        if (!side.History.TryFind(hello.Since, own, out History.Place place))
        {
            Refuse(member, new Fault(Fault.Since, $"the last line has the number {_sequencer.Next}; the position is of a line that was not said yet"));
        }
        else
        {
            Admit(member, hello, principal, place, side);
        }
    }

    private SessionSide OpenSessions()
    {
        var side = new SessionSide(_options, _sequencer.Next, _gate, _access, _time, _logger, Wake, TellCrowd, _journal);
        _sequencer.Sessions = side.Log;
        return _sessions = side;
    }

    private void Admit(Member member, Hello hello, Principal? principal, History.Place place, SessionSide side)
    {
        string client = hello.Client ?? SessionRegistry.NewClient();
        Session session = side.Registry.Open(hello, client, principal?.Name, member.Id, out bool resumed);
        TellPlainLeave(member, "session");
        if (hello.Since is null)
        {
            // A session that resumes has another number than its new connection, and does not pass over what is told of that.
            place = side.History.End;
        }

        if (session.Member is { } before)
        {
            // It is the same session, over a newer connection. Nobody is told, because nobody came or went. But it may bring another name.
            EvictNow(before, EvictionReason.Replaced);
            if (hello.Name is { } name)
            {
                Call(session, name, side);
            }
        }
        else
        {
            side.Presence.Joined(session);
        }

        Feed feed = side.Log.Feed;
        Replay? replay = place.Past is { } past ? new Replay(past, WakeDoors) : null;
        Reader reader = replay is null ? feed.Open(member, session.Id, place.Segment, place.Offset) : feed.OpenBeside(member, session.Id);
        var link = new SessionLink(session, reader, replay);
        var answer = new ServerHello(
            RoomName, side.Epoch, place.Before + 1, _sequencer.Next + 1, place.Gap, session.Id, session.Name, client, resumed, side.MaxText,
            _journal?.Recovered.PastEpochs, principal?.Rights);
        if (replay is null)
        {
            link.Answers.Encoder.Hello(answer);
            link.Tell();
        }
        else
        {
            // What is still there of the past is known once the journal is open.
            link.HelloBehind = answer;
        }

        session.Member = member;
        session.Reader = reader;
        reader.Previous = member.Reader;
        _deliveriesBefore += Deliveries(member);
        member.Principal = principal;
        if (!member.MayRead)
        {
            // It was never given bytes of this log.
            reader.Cursor.Close();
        }

        // The reader counts its own lines from the beginning of the segment, so those before its place are in the count too.
        member.FirstSequence = place.Before - (replay is null ? place.Segment.Of(session.Id, place.Offset, (int)(place.Before - place.Segment.FirstSequence)).Units : 0);
        member.Input = new SessionInput(this, member, _options.SessionLineBytes);

        // This comes last. The outbound side looks at the link without the lock.
        member.Link = link;
    }

    private void Refuse(Member member, Fault fault)
    {
        TellPlainLeave(member, RoomMeter.Tag(EvictionReason.Protocol));
        var link = new SessionLink(null, null);
        link.Answers.Encoder.RefuseHello(fault);
        link.Tell();
        Break(member, link);
        member.Link = link;
    }
}
