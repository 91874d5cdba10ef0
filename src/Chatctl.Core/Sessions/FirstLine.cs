namespace Chatctl.Core.Sessions;

/// <summary>
/// Finds out whether a member opens a session. Its first bytes show that, usually with the first read. Until they do, they are kept as the beginning of a line,
/// as they would be in any case.
/// </summary>
/// <param name="room">The room.</param>
/// <param name="member">The member.</param>
/// <param name="plain">Takes everything if the member is a plain one.</param>
internal sealed class FirstLine(Room room, Member member, Input plain) : Input
{
    private const byte LineFeed = (byte)'\n';

    /// <inheritdoc/>
    public override bool Take(ReadOnlySpan<byte> chunk)
    {
        Beginning beginning = member.Beginning;
        ReadOnlySpan<byte> prefix = SessionWire.Prefix;
        if (beginning.Length < prefix.Length)
        {
            ReadOnlySpan<byte> expected = prefix[beginning.Length..];
            int seen = Math.Min(expected.Length, chunk.Length);
            if (!chunk[..seen].SequenceEqual(expected[..seen]))
            {
                member.Input = plain;
                return plain.Take(chunk);
            }
        }

        int end = chunk.IndexOf(LineFeed);
        if (end < 0)
        {
            if (!beginning.TryKeep(chunk, SessionWire.MaxHelloBytes + 1))
            {
                Greet(chunk);
            }

            return true;
        }

        Greet(chunk[..end]);
        return member.InputEnded || member.Input.Take(chunk[(end + 1)..]);
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (member.Beginning.Length < SessionWire.Prefix.Length)
        {
            member.Input = plain;
            plain.Finish();
        }
        else
        {
            Greet([]);
        }
    }

    private void Greet(ReadOnlySpan<byte> rest)
    {
        byte[] line = [.. member.Beginning.Bytes, .. rest[..Math.Min(rest.Length, SessionWire.MaxHelloBytes + 1)]];
        member.Beginning.Clear();
        room.Greet(member, line.AsSpan(SessionWire.Prefix.Length));
    }
}
