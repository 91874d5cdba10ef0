using Chatctl.Core.Backplane;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>
/// Sessions: what they may say, and what is said to one alone. How a member opens one is in Room.Hello.cs. All but <see cref="Enter"/>, <see cref="Compose"/> and
/// the timers is under the lock.
/// </content>
public sealed partial class Room
{
    private volatile SessionSide? _sessions;

    // How many members have said hello, whether or not it was accepted, and have not left.
    private int _greeted;

    // When the bytes came that are being taken, as a timestamp; null until it is asked for. A look at the clock for each line would take too long.
    private long? _takingSince;

    // Whether something was said to a member alone: the servers have to be woken.
    private bool _hasNews;

    /// <summary>A session has sent a line of its protocol.</summary>
    internal void Obey(Member member, ReadOnlySpan<byte> line)
    {
        SessionSide side = _sessions!;
        SessionLink link = member.Link!;
        Session session = link.Session!;
        bool isFault = false;
        switch (side.Decoder.Decode(line, out ClientMessage message))
        {
            case MessageKind.Line when member.MayWrite || WasTaken(message.N, session):
                Say(member, link, session, message);
                return;
            case MessageKind.Line:
                link.Answers.Encoder.Error(new Fault(Fault.Rights, "you may not write here"), message.N, fatal: false);
                isFault = true;
                break;
            case MessageKind.Who when member.MayRead:
                link.WhoFrom ??= 0;
                break;
            case MessageKind.Who:
                link.Answers.Encoder.Error(new Fault(Fault.Rights, "you may not read here, and so not see who is there"), n: 0, fatal: false);
                isFault = true;
                break;
            case MessageKind.Rename when !member.MayWrite:
                link.Answers.Encoder.Error(new Fault(Fault.Rights, "you may not write here, and so not choose a name"), n: 0, fatal: false);
                isFault = true;
                break;
            case MessageKind.Rename:
                isFault = !TryRename(member, link, session, message.Name!);
                break;
            case MessageKind.Refused:
                link.Answers.Encoder.Error(message.Fault, message.N, fatal: false);
                isFault = true;
                break;
            case MessageKind.Broken:
                link.Answers.Encoder.Error(message.Fault, n: 0, fatal: true);
                Break(member, link);
                break;
            default:
                return;
        }

        _hasNews = true;

        // An error can be much longer than what caused it. The answer to a new name cannot, so one read does not cause too many of these, and a client that
        // reads all the time is never reset for them.
        if (!link.Tell() && isFault)
        {
            EvictNow(member, EvictionReason.Protocol);
        }
    }

    /// <summary>A member goes over from the plain log to that of sessions, in which its place is already fixed. On its outbound side.</summary>
    internal void Enter(Member member, Reader reader)
    {
        Reader plain = member.Reader;
        lock (_gate)
        {
            _feed.Remove(plain);
            reader.Previous = null;
            member.Reader = reader;
        }

        plain.WakeIfReached();
        _feed.Reclaim();
    }

    /// <summary>Puts together what is to be said to a member alone. On its outbound side.</summary>
    internal ReadOnlyMemory<byte> Compose(Member member, SessionLink link)
    {
        ReadOnlyMemory<byte> answers;
        bool wasChoked;
        lock (_gate)
        {
            if (link.WhoFrom is { } from)
            {
                link.WhoFrom = WriteWho(link.Answers.Encoder, from);
            }

            bool awaitsAck = link.Session is { } session && session.Member == member && !Acknowledge(member, link, session);
            answers = link.Take(awaitsAck, out wasChoked);
        }

        if (wasChoked)
        {
            Wake();
        }

        return answers;
    }

    private void Say(Member member, SessionLink link, Session session, ClientMessage message)
    {
        member.HasSent = true;
        if (WasTaken(message.N, session))
        {
            Remind(link, message.N);
            _hasNews = true;
            return;
        }

        if (_proposals is null)
        {
            Take(session, message.N, message.Text);
        }
        else
        {
            _proposals.Line(member.Id, message.N, message.Text);
        }
    }

    /// <summary>Orders a line of a session, unless it was taken before.</summary>
    private void Take(Session session, long n, ReadOnlySpan<byte> text)
    {
        if (WasTaken(n, session))
        {
            Remind(session.Member?.Link, n);
            return;
        }

        long seq = _sequencer.OrderLine(session, text);
        if (n > 0)
        {
            (session.LastN, session.LastSeq, session.LastPlaces) = (n, seq, _sequencer.Ends);
            session.LastSince = _takingSince ??= _time.GetTimestamp();
            _sessions!.Registry.NoteChange(session);
            session.Member?.Link!.AwaitAck();
        }
    }

    /// <summary>The client has not had the ack of a line, so it gets it again.</summary>
    private static void Remind(SessionLink? link, long n)
    {
        if (link is not null)
        {
            link.AckedN = Math.Min(link.AckedN, n - 1);
            link.AwaitAck();
        }
    }

    private static bool WasTaken(long n, Session session) => n > 0 && n <= session.LastN;

    /// <summary>Gives a session another name.</summary>
    /// <returns>False if it cannot have the name. The error has been written.</returns>
    private bool TryRename(Member member, SessionLink link, Session session, string name)
    {
        if (!SessionName.TryParse(name, out Fault fault))
        {
            link.Answers.Encoder.Error(fault, n: 0, fatal: false);
            return false;
        }

        if (_proposals is null)
        {
            Call(session, name, _sessions!);
            link.Answers.Encoder.Name(session.Name);
        }
        else
        {
            _proposals.Add(ProposalKind.Rename, member.Id, IsOthers(name, session.Owner) ? session.Owner : name);
        }

        return true;
    }

    /// <summary>Gives a session another name, perhaps with a number added, and tells the others.</summary>
    private static void Call(Session session, string name, SessionSide side)
    {
        string was = session.Name;
        if (side.Registry.Rename(session, name))
        {
            side.Presence.Renamed(session, was);
        }
    }

    /// <summary>Writes an ack, if one is due.</summary>
    /// <returns>Whether no line waits for its ack any more.</returns>
    private bool Acknowledge(Member member, SessionLink link, Session session)
    {
        while (session.LastN > link.AckedN)
        {
            if (member.Receipt is null)
            {
                // It has waited since the line came, also while the ack of an earlier line waited. So no ack waits twice.
                link.AckReceipt ??= NewReceipt();
                member.Receipt = link.AckReceipt.Begin(session.LastSince, session.LastPlaces);
                link.Candidate = (session.LastN, session.LastSeq);
            }

            if (!IsDue(member, member.Receipt))
            {
                return false;
            }

            link.Answers.Encoder.Ack(link.Candidate.N, link.Candidate.Seq);
            link.AckedN = link.Candidate.N;
        }

        return true;
    }

    /// <summary>Writes one page of who is there.</summary>
    /// <returns>From which number on the next page goes; null if this was the last.</returns>
    private long? WriteWho(SessionEncoder encoder, long from)
    {
        ReadOnlySpan<Session> sessions = _sessions!.Registry.From(from);
        using SortedSet<long>.Enumerator plain = _plain.GetViewBetween(from, long.MaxValue).GetEnumerator();
        int count = PlainCount + PlainCountElsewhere;
        encoder.BeginWho();
        bool hasPlain = plain.MoveNext();
        bool hasRoom = true;
        while (hasPlain || !sessions.IsEmpty)
        {
            bool isPlain = hasPlain && (sessions.IsEmpty || plain.Current < sessions[0].Id);
            long id = isPlain ? plain.Current : sessions[0].Id;
            if (!hasRoom)
            {
                encoder.EndWho(count, more: true);
                return id;
            }

            hasRoom = encoder.AddToWho(id, isPlain ? null : sessions[0].Name);
            if (isPlain)
            {
                hasPlain = plain.MoveNext();
            }
            else
            {
                sessions = sessions[1..];
            }
        }

        encoder.EndWho(count, more: false);
        return null;
    }

    /// <summary>A member with a session leaves.</summary>
    private void LeaveSession(Member member, Session session)
    {
        if (session.Member == member)
        {
            session.Disconnect();
        }

        if (_proposals is null)
        {
            if (session.Connection == member.Id)
            {
                EndSession(session, ReasonToLeave(member));
            }
        }
        else if (!member.HasLeft)
        {
            member.HasLeft = true;
            _proposals.Add(ProposalKind.Leave, member.Id, ReasonToLeave(member));
        }
    }

    /// <summary>A session has no connection any more.</summary>
    private void EndSession(Session session, string reason)
    {
        session.Disconnect();
        _sessions!.Registry.Close(session);
        _sessions.Presence.Left(session, reason);
    }

    /// <summary>
    /// A member that is about to be finished ends its session before its connection. So a client that has read the end can come back at once under the same name.
    /// </summary>
    /// <returns>Whether there is something to send: the servers have to be woken.</returns>
    private bool Conclude(Member member)
    {
        if (!member.HasFinished || member.Link is not { Session: { } session })
        {
            return false;
        }

        bool isNew = !member.HasLeft;
        LeaveSession(member, session);
        return _proposals is null ? _sequencer.Publish() : isNew;
    }

    /// <summary>Whether a member's session goes on, although the member is about to be finished: all nodes have to hear of the end.</summary>
    private bool IsLeaving(Member member) => member.HasLeft && _thisNode!.Connections.ContainsKey(member.Id);

    /// <summary>Tells the events of presence that were only counted.</summary>
    private void TellCrowd()
    {
        lock (_gate)
        {
            if (_proposals is null)
            {
                _sessions!.Presence.TellCrowd();
                _sequencer.Publish();
            }
            else
            {
                _proposals.Add(ProposalKind.Crowd, id: 0);
            }
        }

        Wake();
    }
}
