namespace Chatctl.Bench;

/// <summary>
/// The order in which the first client, which only listens, gets all lines: from it follows what every other one must have seen, though a
/// sender sees all but its own. Each receiver sums, modulo 2^64, each line's hash times the line's place among those that it got. A place
/// that is without the receiver's own lines is the witness's place less the number of own lines before it, so that what the sum must be can
/// be told from a few sums a sender, whichever of the two is ahead. Two orders of the same lines with equal sums are one in 2^64.
/// </summary>
/// <param name="senders">How many there are.</param>
internal sealed class OrderWitness(int senders)
{
    private readonly Own[] _own = new Own[senders];
    private ulong _place;
    private ulong _hashes;
    private ulong _weighted;

    /// <summary>Notes the next line that the witness gets.</summary>
    public void Add(int sender, ulong hash)
    {
        ref Own own = ref _own[sender];
        _place++;
        own.OthersBefore += _hashes - own.Hashes;
        own.Lines++;
        own.Hashes += hash;
        own.Weighted += hash * _place;
        _hashes += hash;
        _weighted += hash * _place;
    }

    /// <summary>The sum over all lines: of a client that sends nothing or has its own back.</summary>
    public ulong Expected => _weighted;

    /// <summary>The sum over all lines but one sender's.</summary>
    public ulong ExpectedWithout(int sender)
    {
        Own own = _own[sender];

        // Each of the own lines moves all of the others' that follow it up by one place.
        ulong moved = (own.Lines * (_hashes - own.Hashes)) - own.OthersBefore;
        return _weighted - own.Weighted - moved;
    }

    /// <summary>Sums over one sender's lines.</summary>
    private struct Own
    {
        public ulong Lines;
        public ulong Hashes;
        public ulong Weighted;
        public ulong OthersBefore;
    }
}
