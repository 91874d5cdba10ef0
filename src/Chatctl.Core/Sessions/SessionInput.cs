namespace Chatctl.Core.Sessions;

/// <summary>Reads what a session sends: an object a line.</summary>
/// <param name="room">The room.</param>
/// <param name="member">The member.</param>
/// <param name="maxBytes">The longest line, in bytes with its end.</param>
internal sealed class SessionInput(Room room, Member member, int maxBytes) : Input
{
    private const byte LineFeed = (byte)'\n';

    /// <inheritdoc/>
    public override bool Take(ReadOnlySpan<byte> chunk)
    {
        Beginning beginning = member.Beginning;
        while (chunk.IndexOf(LineFeed) is >= 0 and var end && !member.InputEnded)
        {
            if (beginning.Length + end + 1 > maxBytes)
            {
                return false;
            }

            if (beginning.Length > 0)
            {
                _ = beginning.TryKeep(chunk[..end], maxBytes);
                room.Obey(member, beginning.Bytes);
                beginning.Clear();
            }
            else
            {
                room.Obey(member, chunk[..end]);
            }

            chunk = chunk[(end + 1)..];
        }

        return member.InputEnded || beginning.TryKeep(chunk, maxBytes);
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (member.Beginning.Length > 0)
        {
            room.Obey(member, member.Beginning.Bytes);
            member.Beginning.Clear();
        }
    }
}
