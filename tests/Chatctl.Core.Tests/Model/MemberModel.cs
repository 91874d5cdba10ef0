using System.Runtime.InteropServices;

namespace Chatctl.Core.Tests.Model;

/// <summary>What a member must get, as plain bytes, and how it must end.</summary>
internal sealed class MemberModel
{
    private readonly List<byte> _expected = [];
    private int _taken;

    /// <summary>What it has sent of a unit that has not ended yet.</summary>
    public List<byte> Incomplete { get; } = [];

    public bool HasSent { get; set; }

    public bool InputEnded { get; set; }

    public bool Evicted { get; set; }

    /// <summary>Something that it sent came too late.</summary>
    public bool Lost { get; set; }

    /// <summary>It gets nothing that is ordered from now on.</summary>
    public bool Complete { get; set; }

    /// <summary>What it has not taken yet.</summary>
    public ReadOnlySpan<byte> Outstanding => CollectionsMarshal.AsSpan(_expected)[_taken..];

    public Outbound Next => Evicted ? Outbound.Nothing
        : _taken < _expected.Count ? Outbound.Bytes
        : Complete ? Lost ? Outbound.CutOff : Outbound.Finish
        : Outbound.Nothing;

    public void Get(ReadOnlySpan<byte> unit)
    {
        if (!Complete)
        {
            _expected.AddRange(unit);
        }
    }

    public void Take(int count) => _taken += count;
}
