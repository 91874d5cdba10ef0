using Chatctl.Core.Backplane;
using Chatctl.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Chatctl.Core;

/// <content>
/// A room that several nodes share. What the members of this node send is not ordered here: it is proposed, and ordered when it comes back from the log that the
/// nodes share. All nodes apply the same entries in the same order, so all have the same room. Nothing that an entry does to the room may depend on this node alone:
/// not on its clock, nor on its members, nor on its access rules.
/// </content>
public sealed partial class Room
{
    // How long a hello may take until its client is told that it takes longer.
    private static readonly TimeSpan HelloPatience = TimeSpan.FromSeconds(1);

    private readonly RoomBackplane? _backplane;
    private readonly Patience? _delayed;
    private readonly Proposals? _proposals;
    private readonly LogClock? _clock;
    private readonly Dictionary<long, Member> _local = [];
    private readonly Dictionary<long, Greeting> _greetings = [];

    /// <summary>Whether the window has room for the lines of an entry. If not, a wake comes when it has.</summary>
    internal bool TakesEntries => !_feed.IsFull && _sessions is not { Log.Feed.IsFull: true };

    /// <summary>Takes what this node has to say to the others. It is given back with <see cref="ConfirmProposals"/> before more is taken.</summary>
    /// <param name="bytes">The batch. It stays valid until then.</param>
    internal bool TryTakeProposals(out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            return _proposals!.TryTake(PlainCount, out bytes);
        }
    }

    /// <summary>Whether everything that this node had to say is in the log. From any thread.</summary>
    internal bool HasSaidAll
    {
        get
        {
            lock (_gate)
            {
                return _proposals!.Bytes == 0;
            }
        }
    }

    /// <summary>What is proposed to the other nodes if the log has lost what this node has shown: numbers that lines already had must not be used again.</summary>
    /// <param name="kept">The number of the last line that the log still has.</param>
    internal ReadOnlyMemory<byte> Renewal(long kept)
    {
        var batch = new Batch();
        lock (_gate)
        {
            batch.Add(ProposalKind.Renew, id: 0, kept, units: 0, BatchText.Write(_sessions?.Epochs.Current ?? "", SessionSide.NewEpoch()), default);
        }

        return batch.Seal(plain: 0);
    }

    /// <summary>The log has what was taken.</summary>
    internal void ConfirmProposals()
    {
        bool lagged;
        lock (_gate)
        {
            _proposals!.Confirm();
            lagged = _commitsLag;
            BoundCommits();
        }

        if (lagged && !_commitsLag)
        {
            WakeDoors();
        }
    }

    /// <summary>Applies an entry of the log.</summary>
    /// <param name="entry">The entry behind the one that was applied last.</param>
    /// <exception cref="BackplaneException">It is not an entry of this room, or of another version.</exception>
    internal void Apply(in BackplaneEntry entry)
    {
        Note[] notes;
        Action<ILogger>[] news;
        Feed.WindowChange change;
        Feed.WindowChange sessionChange;
        lock (_gate)
        {
            _clock!.Now = entry.Time;
            _nodes.Pass(entry.Time);
            _takingSince = null;
            try
            {
                var reader = new BatchReader(entry.Bytes.Span);
                Hear(entry.Node, reader.Plain);
                while (reader.TryRead(out Proposal proposal))
                {
                    ApplyProposal(entry.Node, proposal);
                }
            }
            catch (FormatException e)
            {
                throw new BackplaneException($"entry {entry.Number} of the backplane, which {entry.Node} has appended, cannot be understood: {e.Message}", e);
            }

            _sequencer.Publish();
            change = _feed.Bound();
            sessionChange = _sequencer.Sessions?.Feed.Bound() ?? default;
            _hasNews = false;
            notes = TakeNotes();
            news = TakeNodeNews();
        }

        _feed.Log(change);
        _sessions?.Log.Feed.Log(sessionChange);
        Log(notes);
        Array.ForEach(news, message => message(_logger));
        Wake();
    }

    private void ApplyProposal(string key, Proposal proposal)
    {
        Backplane.Node? node = _nodes.Find(key);
        switch (proposal.Kind)
        {
            case ProposalKind.Units:
                ApplyUnits(proposal);
                break;
            case ProposalKind.Lines when SessionOver(node, proposal.Id) is { } session:
                ApplyLines(session, proposal);
                break;
            case ProposalKind.Enter when node is not null:
                ApplyEnter(node, proposal);
                break;
            case ProposalKind.Rename when SessionOver(node, proposal.Id) is { } session:
                Call(session, proposal.Texts()[0]!, _sessions!);
                TellName(session);
                break;
            case ProposalKind.Join when node is not null:
                node.Plain.Add(proposal.Id);
                TellPlainJoin(proposal.Id);
                break;
            case ProposalKind.Leave when node is not null:
                ApplyLeave(node, proposal);
                break;
            case ProposalKind.End when _local.TryGetValue(proposal.Id, out Member? member):
                StopAtEnd(member);
                break;
            case ProposalKind.Crowd:
                _sessions?.Presence.TellCrowd();
                break;
            case ProposalKind.Begin:
                ApplyBegin(key, proposal.Texts());
                break;
            case ProposalKind.Stop when node is not null:
                ApplyStop(node);
                break;
            case ProposalKind.Bury when _nodes.Find(proposal.Texts()[0]!) is { } silent && _nodes.IsSilent(silent):
                ApplyBury(silent);
                break;
            case ProposalKind.Renew:
                ApplyRenew(proposal);
                break;
            default:
                // What it is about has gone meanwhile.
                break;
        }
    }

    /// <summary>How many units were ordered or proposed.</summary>
    private long UnitsTaken => _proposals?.Units ?? _sequencer.Next;

    /// <summary>Lets readers see what was appended, now or soon.</summary>
    /// <returns>Whether the servers or the commit log have to be woken.</returns>
    private bool Publish() => _sequencer.Publish() || _proposals is { Wait: true };

    private static Session? SessionOver(Backplane.Node? node, long connection) =>
        node is not null && node.Connections.TryGetValue(connection, out Session? session) && session.Connection == connection ? session : null;

    private void ApplyUnits(Proposal proposal)
    {
        if (proposal.Bytes.Length > _sequencer.MaxUnitBytes || (_options.Framing != Framing.Raw && !proposal.Bytes.EndsWith([_options.Framing.Terminator()])))
        {
            throw new FormatException("a line is too long, or has no end");
        }

        Tally before = _feed.End;
        _sequencer.Order(proposal.Id, proposal.Bytes, default, proposal.Units);
        if (_local.TryGetValue(proposal.Id, out Member? member) && member.Link is null)
        {
            member.Reader.Own += _feed.End - before;
        }
    }

    private void ApplyLines(Session session, Proposal proposal)
    {
        ReadOnlySpan<byte> rest = proposal.Bytes;
        for (int i = 0; i < proposal.Units; i++)
        {
            int end = rest.IndexOf(_options.Framing.Terminator());
            if (end < 0)
            {
                throw new FormatException("a line has no end");
            }

            Take(session, proposal.Number == 0 ? 0 : proposal.Number + i, rest[..end]);
            rest = rest[(end + 1)..];
        }
    }

    private void ApplyEnter(Backplane.Node node, Proposal proposal)
    {
        SessionSide side = _sessions!;
        string?[] texts = proposal.Texts();
        Greeting? greeting = node == _thisNode && _greetings.Remove(proposal.Id, out Greeting? found) ? found : null;
        var held = greeting?.Member.Input as HeldInput;
        if (greeting is null && texts[3] == side.Epochs.Current && proposal.Number > _sequencer.Next)
        {
            // Its node refuses it: it asks for a position that nobody has been given yet.
            return;
        }

        if (Open(new Entrance(proposal.Id, texts[0]!, texts[1], texts[2]), greeting, side) is { } session)
        {
            node.Plain.Remove(proposal.Id);
            node.Connections[proposal.Id] = session;
            if (greeting is not null)
            {
                CheckAdmitted(greeting, session);
            }
        }

        if (held is not null)
        {
            Release(greeting!.Member, held);
        }
    }

    /// <summary>The access rules may have changed while a hello was on its way. And the name that came out may be that of somebody who is not here.</summary>
    private void CheckAdmitted(Greeting greeting, Session session)
    {
        if (greeting.Principal is { } principal && !_access!.IsStill(principal))
        {
            EvictNow(greeting.Member, EvictionReason.Revoked);
        }
        else if (IsOthers(session.Name, session.Owner))
        {
            _proposals!.Add(ProposalKind.Rename, greeting.Member.Id, session.Owner);
        }
    }

    private void ApplyLeave(Backplane.Node node, Proposal proposal)
    {
        string reason = proposal.Texts()[0]!;
        if (node.Plain.Remove(proposal.Id))
        {
            TellPlainLeave(proposal.Id, reason);
        }

        if (node.Connections.Remove(proposal.Id, out Session? session) && session.Connection == proposal.Id)
        {
            EndSession(session, reason);
        }
    }

    private void ApplyRenew(Proposal proposal)
    {
        string?[] texts = proposal.Texts();
        if (_sessions is not { } side || texts[0] != side.Epochs.Current)
        {
            // Another node has seen the same loss, and was first.
            return;
        }

        BeginEpoch(texts[1]!, proposal.Number);
    }

    /// <summary>The numbers get a new epoch. Sessions learn that with their next connection, and what they have got and others have not.</summary>
    /// <param name="epoch">The new one.</param>
    /// <param name="last">The number of the last line of the old one that is still there.</param>
    private void BeginEpoch(string epoch, long last)
    {
        _sessions?.Epochs.Begin(epoch, last);
        foreach (Member member in _members)
        {
            if (member.Link is { Session: not null })
            {
                EvictNow(member, EvictionReason.Renumbered);
            }
        }
    }

    /// <summary>A member that has said hello waits until that comes back from the log. What it sends meanwhile is kept.</summary>
    private void Hold(Greeting greeting)
    {
        Member member = greeting.Member;
        _greetings.Add(member.Id, greeting);
        member.Input = new HeldInput();
        member.IsHeld = true;
        _delayed!.Begin(member);
        _proposals!.Enter(greeting.Entrance, greeting.Hello.Since as Since.Position);
    }

    /// <summary>A hello takes long: the log is away. Its client must not take the server for one without sessions. Not under the lock.</summary>
    private void LookAtDelayed()
    {
        bool any = false;
        lock (_gate)
        {
            while (_delayed!.TryTake() is { } member)
            {
                if (member is { IsHeld: true, Index: >= 0 })
                {
                    any = true;
                    member.TellToWait();
                    _delayed.Begin(member);
                }
            }
        }

        if (any)
        {
            WakeDoors();
        }
    }

    /// <summary>A member has its session, or was refused one.</summary>
    private void Release(Member member, HeldInput held)
    {
        member.IsHeld = false;
        if (!member.InputEnded && !held.Bytes.IsEmpty && !member.Input.Take(held.Bytes))
        {
            EvictNow(member, EvictionReason.LineTooLong);
        }

        if (held.HasEnded && !member.InputEnded)
        {
            EndInputNow(member);
        }
    }
}
