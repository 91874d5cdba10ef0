namespace Chatctl.Core;

/// <summary>A stretch of a segment whose units all come from one sender. It begins where the run before it ends.</summary>
internal struct Run
{
    /// <summary>The offset in the segment just behind it. Grows while the run is the segment's last.</summary>
    public int End;

    /// <summary>How many units the segment holds up to <see cref="End"/>, so that a position can be told as a sequence number.</summary>
    public int Units;

    /// <summary>The sender: <see cref="Member.Id"/>.</summary>
    public long Owner;
}
