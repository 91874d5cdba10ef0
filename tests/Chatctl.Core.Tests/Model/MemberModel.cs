using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Chatctl.Core.Tests.Model;

/// <summary>What a member must get, as plain bytes, and how it must end.</summary>
internal sealed class MemberModel
{
    private readonly List<byte> _expected = [];
    private readonly List<int> _ends = [];
    private int _taken;
    private byte[] _notice = [];
    private List<(MemberModel Other, int Taken)> _awaited = [];

    /// <summary>What it has sent of a unit that has not ended yet.</summary>
    public List<byte> Incomplete { get; } = [];

    public bool HasSent { get; set; }

    public bool InputEnded { get; set; }

    public bool Evicted { get; set; }

    /// <summary>Whether something that it sent came too late.</summary>
    public bool Lost { get; set; }

    /// <summary>Whether it gets nothing that is ordered from now on.</summary>
    public bool Complete { get; private set; }

    /// <summary>Whether it has left.</summary>
    public bool Gone { get; set; }

    /// <summary>What it has not taken yet.</summary>
    public ReadOnlySpan<byte> Outstanding => _notice.Length > 0 ? (byte[])[.. _notice, .. Due] : Due;

    /// <summary>How many notices it got that it has missed something.</summary>
    public int Skips { get; private set; }

    public Outbound Next => Evicted ? Outbound.Nothing
        : Outstanding.Length > 0 ? Outbound.Bytes
        : !Complete ? Outbound.Nothing
        : Lost ? Outbound.CutOff
        : HasSent && !IsReceiptDue ? Outbound.Nothing
        : Outbound.Finish;

    private ReadOnlySpan<byte> Due => CollectionsMarshal.AsSpan(_expected)[_taken..];

    // Each other member has taken what had been ordered when this one was complete, or has gone.
    private bool IsReceiptDue => _awaited.TrueForAll(awaited => awaited.Other.Gone || awaited.Other.Evicted || awaited.Other._taken >= awaited.Taken);

    /// <summary>From now on it gets nothing more. It gets its receipt once the others have taken what has been ordered until now.</summary>
    public void CompleteWith(IEnumerable<MemberModel> others)
    {
        if (!Complete)
        {
            Complete = true;
            _awaited = [.. others.Where(other => other != this).Select(other => (other, other._expected.Count))];
        }
    }

    public void Get(ReadOnlySpan<byte> unit)
    {
        if (!Complete)
        {
            _expected.AddRange(unit);
            _ends.Add(_expected.Count);
        }
    }

    public void Take(int count)
    {
        int told = Math.Min(count, _notice.Length);
        _notice = _notice[told..];
        _taken += count - told;
    }

    /// <summary>
    /// If the room says that it left units out, accepts how many. Checks that they are whole units, that none of them was begun, and that the
    /// counts are exact.
    /// </summary>
    public void HeedNotice(ReadOnlySpan<byte> bytes)
    {
        Match match = Regex.Match(Encoding.Latin1.GetString(bytes), "^chatctl: skipped ([0-9]+) lines, ([0-9]+) bytes[\n\0]");
        if (!match.Success || _notice.Length > 0)
        {
            return;
        }

        int units = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        int length = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        int next = _taken == 0 ? 0 : _ends.BinarySearch(_taken) + 1;
        Comparison.Check(_taken == 0 || next > 0, "the member left a unit in its middle");
        Comparison.Check(units > 0 && next + units <= _ends.Count && _ends[next + units - 1] == _taken + length, $"the counts are wrong: {match.Value}");
        Skips++;
        _taken += length;
        _notice = bytes[..match.Length].ToArray();
    }
}
