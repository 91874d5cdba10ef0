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

        if (principal is { MayWrite: false } || (hello.Name is { } wanted && IsOthers(wanted, principal?.Name)))
        {
            hello = hello with { Name = principal?.Name };
        }

        var greeting = new Greeting(member, hello, hello.Client ?? SessionRegistry.NewClient(), principal);
        if (_backplane is null)
        {
            Open(greeting.Entrance, greeting, _sessions ?? OpenSessions());
        }
        else
        {
            Hold(greeting);
        }
    }

    /// <summary>A client gets a session over a connection.</summary>
    /// <param name="entrance">The session and its connection.</param>
    /// <param name="greeting">The hello; null if the connection is none of this node's.</param>
    /// <param name="side">The room's sessions.</param>
    /// <returns>The session; null if the client was refused.</returns>
    private Session? Open(Entrance entrance, Greeting? greeting, SessionSide side)
    {
        History.Place place = default;
        long own = side.Log.Feed.OwnOf(side.Registry.Find(entrance.Owner, entrance.Client)?.Id ?? entrance.Connection);
        if (greeting is not null && !side.History.TryFind(greeting.Hello.Since, own, out place))
        {
            Refuse(greeting.Member, new Fault(Fault.Since, $"the last line has the number {_sequencer.Next}; the position is of a line that was not said yet"));
            return null;
        }

        TellPlainLeave(entrance.Connection, "session");
        if (greeting is { Hello.Since: null })
        {
            // A session that resumes has another number than its new connection, and does not pass over what was told of that.
            place = side.History.End;
        }

        Session session = side.Registry.Open(entrance.Name, entrance.Client, entrance.Owner, entrance.Connection, out bool resumed, out bool wasPresent);
        if (session.Member is { } before)
        {
            EvictNow(before, EvictionReason.Replaced);
            session.Disconnect();
        }

        if (!wasPresent)
        {
            side.Presence.Joined(session);
        }
        else if (entrance.Name is { } name)
        {
            // It is the same session, over a newer connection. Nobody is told, because nobody came or went. But it may bring another name.
            Call(session, name, side);
        }

        if (greeting is not null)
        {
            Admit(greeting, session, resumed, place, side);
        }

        return session;
    }

    private SessionSide OpenSessions()
    {
        // At each node the same names have to come out, and each may have other access rules. So with a backplane, a name is looked at before it is proposed.
        IAccess? access = _backplane is null ? _access : null;
        Epochs epochs = _backplane is not null ? new Epochs(_backplane.State.Epoch, _backplane.State.PastEpochs.Select(past => (past.Epoch, past.Last)))
            : _journal is not null ? new Epochs(_journal.Recovered.Epoch, _journal.Recovered.PastEpochs)
            : new Epochs(SessionSide.NewEpoch(), []);
        var side = new SessionSide(_options, _sequencer.Next, _gate, access, epochs, _clock ?? _time, _time, _logger, Wake, TellCrowd, _journal);
        _sequencer.Sessions = side.Log;
        return _sessions = side;
    }

    /// <summary>A member of this node begins to read as a session, and is told so.</summary>
    private void Admit(Greeting greeting, Session session, bool resumed, History.Place place, SessionSide side)
    {
        Member member = greeting.Member;
        Feed feed = side.Log.Feed;
        Replay? replay = place.Past is { } past ? new Replay(past, WakeDoors) : null;
        Reader reader = replay is null ? feed.Open(member, session.Id, place.Segment, place.Offset) : feed.OpenBeside(member, session.Id);
        var link = new SessionLink(session, reader, replay);
        var answer = new ServerHello(
            RoomName, side.Epochs.Current, place.Before + 1, _sequencer.Next + 1, place.Gap, session.Id, session.Name, greeting.Client, resumed, side.MaxText,
            side.Epochs.Past, greeting.Principal?.Rights);
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

        session.Connect(member, reader);
        reader.Previous = member.Reader;
        _deliveriesBefore += Deliveries(member);
        member.Principal = greeting.Principal;
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
        EndPlain(member, RoomMeter.Tag(EvictionReason.Protocol));
        var link = new SessionLink(null, null);
        link.Answers.Encoder.RefuseHello(fault);
        link.Tell();
        Break(member, link);
        member.Link = link;
    }
}
