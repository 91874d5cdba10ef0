namespace Chatctl.Bench;

/// <summary>
/// The order in which the first client gets all lines. This client only listens, so its order decides what every other client must see.
/// Each receiver computes a sum modulo 2^64: the hash of each line times the line's place among the lines that this receiver got. A sender
/// does not get its own lines. So its place for a line is the witness's place, less the number of its own lines before. Therefore the expected
/// sum follows from a few sums for each sender, and it does not matter whether the receiver or the witness is ahead. Two different orders
/// of the same lines have equal sums with a chance of one in 2^64.
/// </summary>
/// <param name="senders">How many clients send.</param>
internal sealed class OrderWitness(int senders)
{
    private readonly Own[] _own = new Own[senders];
    private ulong _place;
    private ulong _hashes;
    private ulong _weighted;

    /// <summary>Adds the next line that the witness gets.</summary>
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

    /// <summary>The sum over all lines, for a client that sends nothing or also gets its own lines.</summary>
    public ulong Expected => _weighted;

    /// <summary>The sum over all lines except those of one sender.</summary>
    public ulong ExpectedWithout(int sender)
    {
        Own own = _own[sender];

        // Without one own line, all lines of others that follow it move forward by one place.
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
