namespace Chatctl.Core;

/// <summary>Cuts a plain member's bytes into units and orders them.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
/// <param name="framing">What a unit is.</param>
/// <param name="maxBytes">The longest unit, in bytes with its terminator.</param>
/// <param name="owner">The member.</param>
/// <param name="beginning">Keeps the beginning of a unit.</param>
/// <param name="orders">Gets the units their place in the order.</param>
internal sealed class Framer(Framing framing, int maxBytes, long owner, Beginning beginning, IUnits orders) : Input
{
    private readonly byte _terminator = framing.Terminator();

    /// <inheritdoc/>
    public override bool Take(ReadOnlySpan<byte> chunk)
    {
        if (framing == Framing.Raw)
        {
            for (; chunk.Length > orders.MaxUnitBytes; chunk = chunk[orders.MaxUnitBytes..])
            {
                orders.Order(owner, chunk[..orders.MaxUnitBytes], default, units: 1);
            }

            orders.Order(owner, chunk, default, units: 1);
            return true;
        }

        if (beginning.Length > 0)
        {
            int first = chunk.IndexOf(_terminator) + 1;
            if (first == 0)
            {
                return beginning.TryKeep(chunk, maxBytes);
            }

            if (beginning.Length + first > maxBytes)
            {
                return false;
            }

            orders.Order(owner, beginning.Bytes, chunk[..first], units: 1);
            beginning.Clear();
            chunk = chunk[first..];
        }

        // Each piece is cut at its last terminator. A piece is no longer than the limit, so no unit in it is too long.
        for (int cut; chunk.Length > maxBytes; chunk = chunk[cut..])
        {
            cut = OrderWhole(chunk[..maxBytes]);
            if (cut == 0)
            {
                return false;
            }
        }

        return beginning.TryKeep(chunk[OrderWhole(chunk)..], maxBytes);
    }

    /// <summary>Orders the unit that the end of input has left without a terminator. The terminator is added.</summary>
    public override void Finish()
    {
        if (beginning.Length > 0)
        {
            orders.Order(owner, beginning.Bytes, [_terminator], units: 1);
            beginning.Clear();
        }
    }

    private int OrderWhole(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.LastIndexOf(_terminator) + 1;
        if (length > 0)
        {
            orders.Order(owner, bytes[..length], default, bytes[..length].Count(_terminator));
        }

        return length;
    }
}
