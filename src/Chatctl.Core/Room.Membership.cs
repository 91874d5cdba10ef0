using Chatctl.Core.Access;
using Chatctl.Core.Backplane;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>How members join and leave.</content>
public sealed partial class Room
{
    internal Member Join(Peer peer)
    {
        // The admission is asked before the lock is taken, since it may be slow. If it has admitted a peer, it also hears when the peer leaves,
        // even if the room began to drain meanwhile.
        string refusal = "";
        bool asked = !_draining && _admission is not null;
        bool refused = asked && !_admission!.Admits(peer.Address, out refusal);
        Member member;
        Principal? known;
        bool isUnknown;
        bool told;
        lock (_gate)
        {
            long id = ++_lastId;
            member = new Member(this, id, peer, new Beginning(_unfinished))
            {
                Index = _members.Count,
                IsAdmitted = asked && !refused,
                Pace = Pace.For(_options, _time),
                ActiveTick = _idleTick,
                FirstSequence = _sequencer.Next,
            };
            member.Reader = _feed.Open(member, id);
            _members.Add(member);
            if (_backplane is not null)
            {
                _local.Add(id, member);
            }

            Recognise(member);
            Input plain = member.MayWrite
                ? new Framer(_options.Framing, _options.MaxLineBytes, id, member.Beginning, _proposals is null ? _sequencer : _proposals)
                : new Unwelcome(this, member, member.IsStranger ? EvictionReason.Refused : EvictionReason.Rights);
            member.Input = _options.Sessions ? new FirstLine(this, member, plain) : plain;

            // Without sessions there is no hello, and so no token.
            isUnknown = member.IsStranger && !_options.Sessions && !refused && !_draining;
            if (refused || isUnknown || _draining)
            {
                // It was never given bytes of the log. So its cursor can be closed before it leaves.
                Evict(member, refused || isUnknown ? EvictionReason.Refused : EvictionReason.Draining);
                member.Reader.Cursor.Close();
            }
            else if (!member.IsStranger)
            {
                BeginPlain(member);
            }

            known = member.Principal;
            told = Publish();
        }

        if (told)
        {
            Wake();
        }

        if (isUnknown)
        {
            RoomMessages.Stranger(_logger, member, "nobody knows who it is, and a room without sessions takes no tokens");
        }
        else if (member.IsEvicted)
        {
            RoomMessages.Refused(_logger, member, refused ? refusal : EvictionReason.Draining.Explain());
        }
        else
        {
            RoomMessages.Joined(_logger, member);
            if (known is not null)
            {
                RoomMessages.Recognised(_logger, member, known);
            }
        }

        return member;
    }

    internal void Leave(Member member)
    {
        // This comes while it still counts as a member. A thread that sees that the member is gone can rely on its place being free.
        if (member.GivesUpPlace())
        {
            _admission!.Left(member.Remote);
        }

        bool told;
        lock (_gate)
        {
            if (member.Index < 0)
            {
                return;
            }

            member.EndInput();
            member.Beginning.Clear();
            Member last = _members[^1];
            _members[member.Index] = last;
            last.Index = member.Index;
            member.Index = -1;
            _members.RemoveAt(_members.Count - 1);
            _deliveriesBefore += Deliveries(member);
            _greeted -= member is { Link: null, IsHeld: false } ? 0 : 1;
            _strangers -= member is { IsStranger: true, Link: null, IsHeld: false } ? 1 : 0;
            member.Reader.Feed.Remove(member.Reader);
            if (member.Link is { Session: { } session, Reader: { } reader })
            {
                reader.Feed.Remove(reader);
                member.Link.EndReplay(null);
                LeaveSession(member, session);
            }
            else if (_greetings.Remove(member.Id))
            {
                _proposals!.Add(ProposalKind.Leave, member.Id, ReasonToLeave(member));
            }

            EndPlain(member, ReasonToLeave(member));
            _local.Remove(member.Id);
            told = Publish();
        }

        member.Reader.WakeIfReached();
        _feed.Reclaim();
        if (member.Link is { Reader: { } own })
        {
            own.WakeIfReached();
            own.Feed.Reclaim();
        }

        if (told)
        {
            Wake();
        }

        RoomMessages.Left(_logger, member);
    }

    /// <summary>Why a member leaves, as sessions are told. Under the lock.</summary>
    private static string ReasonToLeave(Member member) =>
        member.EvictedFor is { } reason ? RoomMeter.Tag(reason) : member.HasFinished ? "left" : "lost";
}
