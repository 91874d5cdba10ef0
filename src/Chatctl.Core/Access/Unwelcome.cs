namespace Chatctl.Core.Access;

/// <summary>Takes nothing from a member that may not send anything: its first byte ends its connection.</summary>
/// <param name="room">The room.</param>
/// <param name="member">The member.</param>
/// <param name="reason">Why.</param>
internal sealed class Unwelcome(Room room, Member member, EvictionReason reason) : Input
{
    /// <inheritdoc/>
    public override bool Take(ReadOnlySpan<byte> chunk)
    {
        room.EvictNow(member, reason);
        return true;
    }

    /// <inheritdoc/>
    public override void Finish() => room.EvictNow(member, reason);
}
