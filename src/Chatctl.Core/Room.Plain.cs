using Chatctl.Core.Backplane;

namespace Chatctl.Core;

/// <content>The presence of plain members, in a room that tells it. A member is a plain one until it says hello. All is under the lock.</content>
public sealed partial class Room
{
    // The numbers of the plain members; none if sessions are not told about them.
    private readonly SortedSet<long> _plain = [];

    /// <summary>A plain member of this node has come.</summary>
    private void BeginPlain(Member member)
    {
        if (_options.Presence != PresenceScope.All)
        {
            return;
        }

        if (_proposals is null)
        {
            TellPlainJoin(member.Id);
        }
        else
        {
            _proposals.Add(ProposalKind.Join, member.Id);
        }
    }

    /// <summary>A plain member of this node has left, or it is none any more.</summary>
    /// <param name="member">The member. It may be none that was told about.</param>
    /// <param name="reason">Why.</param>
    private void EndPlain(Member member, string reason)
    {
        if (_proposals is null)
        {
            TellPlainLeave(member.Id, reason);
        }
        else if (_options.Presence == PresenceScope.All)
        {
            _proposals.Add(ProposalKind.Leave, member.Id, reason);
        }
    }

    private void TellPlainJoin(long id)
    {
        _plain.Add(id);
        _sessions?.Presence.Joined(id);
    }

    /// <summary>A plain member has left, or it is none any more.</summary>
    /// <param name="id">The member. It may be none that was told about.</param>
    /// <param name="reason">Why.</param>
    private void TellPlainLeave(long id, string reason)
    {
        if (_plain.Remove(id))
        {
            _sessions?.Presence.Left(id, reason);
        }
    }
}
