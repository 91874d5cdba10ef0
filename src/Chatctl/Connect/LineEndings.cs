namespace Chatctl.Connect;

/// <summary>Makes lines end in CR LF, as <c>ncat -C</c> does: puts a CR before each LF that has none.</summary>
internal sealed class LineEndings
{
    private bool _isAfterReturn;

    /// <summary>Adds the missing CRs in place.</summary>
    /// <param name="room">At least twice as long as the bytes in it.</param>
    /// <param name="count">How many bytes are in it. They continue the bytes of the last call.</param>
    /// <returns>How many bytes there are now.</returns>
    public int Expand(Span<byte> room, int count)
    {
        if (count == 0)
        {
            return 0;
        }

        int missing = 0;
        for (int i = 0; i < count; i++)
        {
            missing += LacksReturn(room, i) ? 1 : 0;
        }

        // Moves the last byte first, so that no byte is overwritten before it has moved.
        bool endsInReturn = room[count - 1] == '\r';
        int end = count + missing;
        for (int from = count - 1, to = end - 1; to > from; from--)
        {
            bool lacksReturn = LacksReturn(room, from);
            room[to--] = room[from];
            if (lacksReturn)
            {
                room[to--] = (byte)'\r';
            }
        }

        _isAfterReturn = endsInReturn;
        return end;
    }

    private bool LacksReturn(ReadOnlySpan<byte> bytes, int index) =>
        bytes[index] == '\n' && !(index == 0 ? _isAfterReturn : bytes[index - 1] == '\r');
}
