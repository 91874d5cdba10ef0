namespace Chatctl.Core;

/// <content>The presence of plain members, in a room that tells it. A member is a plain one until it says hello. All is under the lock.</content>
public sealed partial class Room
{
    // The numbers of the plain members; none if sessions are not told about them.
    private readonly SortedSet<long> _plain = [];

    private void TellPlainJoin(Member member)
    {
        if (_options.Presence == PresenceScope.All)
        {
            _plain.Add(member.Id);
            _sessions?.Presence.Joined(member.Id);
        }
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
