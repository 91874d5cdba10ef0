namespace Chatctl.Core;

/// <summary>Takes the units of plain members, and sees to it that they get their place in the room's order.</summary>
/// <remarks>Everything is called under the room's lock.</remarks>
internal interface IUnits
{
    /// <summary>The longest unit, in bytes, that can be taken.</summary>
    int MaxUnitBytes { get; }

    /// <summary>
    /// Orders whole units of one sender. They come in two pieces, so that the kept beginning of a unit need not be copied together with its end.
    /// </summary>
    /// <param name="owner">The sender.</param>
    /// <param name="head">The first piece.</param>
    /// <param name="rest">The second piece; it may be empty. Both together have at most <see cref="MaxUnitBytes"/>.</param>
    /// <param name="units">How many units they are.</param>
    void Order(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units);
}
