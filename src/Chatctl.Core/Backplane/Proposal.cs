namespace Chatctl.Core.Backplane;

/// <summary>One thing that a node proposes, as it is in the log. What the values mean depends on the kind.</summary>
internal readonly ref struct Proposal
{
    /// <summary>What it is.</summary>
    public ProposalKind Kind { get; init; }

    /// <summary>The member that it is about; 0 if it is about none.</summary>
    public long Id { get; init; }

    /// <summary>A number: for lines, the client's number of the first one, or 0 if they have none.</summary>
    public long Number { get; init; }

    /// <summary>How many units or lines it has.</summary>
    public int Units { get; init; }

    /// <summary>Its bytes: units with their terminators, or texts.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Its bytes as texts, each of which may be null.</summary>
    public string?[] Texts() => BatchText.Read(Bytes);
}
