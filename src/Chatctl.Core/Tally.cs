namespace Chatctl.Core;

/// <summary>A count of units and of their bytes. Also a position in the log: what lies before it since the room began.</summary>
/// <param name="Units">How many units.</param>
/// <param name="Bytes">How many bytes.</param>
internal readonly record struct Tally(long Units, long Bytes)
{
    public static Tally operator +(Tally a, Tally b) => new(a.Units + b.Units, a.Bytes + b.Bytes);

    public static Tally operator -(Tally a, Tally b) => new(a.Units - b.Units, a.Bytes - b.Bytes);
}
