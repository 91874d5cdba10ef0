namespace Chatctl.Core;

/// <summary>A stretch of a segment in which all units are from one sender. It begins where the run before it ends.</summary>
internal struct Run
{
    /// <summary>The offset in the segment just behind it. It grows while the run is the segment's last one.</summary>
    public int End;

    /// <summary>How many units the segment holds up to <see cref="End"/>. It turns a position into a sequence number.</summary>
    public int Units;

    /// <summary>The sender: <see cref="Member.Id"/>.</summary>
    public long Owner;
}
