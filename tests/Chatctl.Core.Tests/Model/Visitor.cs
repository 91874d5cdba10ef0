namespace Chatctl.Core.Tests.Model;

/// <summary>A member of the room together with its model.</summary>
internal sealed class Visitor(IMember real, PeerModel model)
{
    public IMember Real => real;

    public PeerModel Model => model;

    /// <summary>Bytes that it has not sent yet.</summary>
    public byte[] Held { get; set; } = [];

    /// <summary>Whether it has nothing sent yet.</summary>
    public bool IsFresh { get; set; } = true;

    /// <summary>How many wakes there had been when it was last given nothing; null if it was given something since.</summary>
    public long? QuietAt { get; set; }

    /// <summary>The last answer.</summary>
    public Outbound Last { get; set; }
}

/// <summary>How often there was what the scenarios are about.</summary>
internal sealed class SessionTally
{
    public long Steps { get; set; }

    public long Taken { get; set; }

    public long Evictions { get; set; }

    public long Acks { get; private set; }

    public long Gaps { get; private set; }

    public long Missed { get; private set; }

    public long Resumed { get; private set; }

    public void Add(PeerModel peer)
    {
        Acks += peer.Acks;
        Gaps += peer.Gaps;
        Missed += peer.Missed;
        Resumed += peer.HasResumed ? 1 : 0;
    }

    public void Add(SessionTally other)
    {
        Steps += other.Steps;
        Taken += other.Taken;
        Evictions += other.Evictions;
        Acks += other.Acks;
        Gaps += other.Gaps;
        Missed += other.Missed;
        Resumed += other.Resumed;
    }

    public override string ToString() =>
        $"{Steps} steps, {Taken} bytes, {Evictions} evictions of slow members, {Acks} acks, {Gaps} gaps in hellos, {Missed} lines missed, {Resumed} sessions resumed";
}
