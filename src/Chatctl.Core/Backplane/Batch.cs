using System.Buffers.Binary;

namespace Chatctl.Core.Backplane;

/// <summary>
/// What a node appends to the log at once: a version, how many plain members the node has, and proposals, each with a header of a fixed size. So a line
/// that follows another one of the same session only makes that proposal longer.
/// </summary>
internal sealed class Batch
{
    /// <summary>The version of the format.</summary>
    public const byte Version = 1;

    /// <summary>How long the header of a batch is: the version and a number.</summary>
    public const int HeaderBytes = 1 + sizeof(int);

    /// <summary>Where a proposal has its member.</summary>
    public const int IdAt = 1;

    /// <summary>Where it has its number.</summary>
    public const int NumberAt = IdAt + sizeof(long);

    /// <summary>Where it has its count of units.</summary>
    public const int UnitsAt = NumberAt + sizeof(long);

    /// <summary>Where it has its length.</summary>
    public const int LengthAt = UnitsAt + sizeof(int);

    /// <summary>How long the header of a proposal is.</summary>
    public const int ProposalHeaderBytes = LengthAt + sizeof(int);

    // A larger batch saves next to nothing, and its first line would wait for the transfer of its last.
    private const int Full = 256 << 10;

    private byte[] _bytes = new byte[4096];

    // Where the last proposal begins; 0 if there is none.
    private int _last;

    /// <summary>How many bytes it has.</summary>
    public int Length { get; private set; } = HeaderBytes;

    /// <summary>Whether it has no proposal.</summary>
    public bool IsEmpty => Length == HeaderBytes;

    /// <summary>Whether a proposal with so many bytes belongs into the next batch.</summary>
    public bool IsFullFor(int bytes) => !IsEmpty && Length + bytes + ProposalHeaderBytes > Full;

    /// <summary>Empties it.</summary>
    public void Clear() => (Length, _last) = (HeaderBytes, 0);

    /// <summary>Adds a proposal. Its bytes come in two pieces.</summary>
    public void Add(ProposalKind kind, long id, long number, int units, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest)
    {
        _last = Length;
        Span<byte> header = Grow(ProposalHeaderBytes);
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(header[IdAt..], id);
        BinaryPrimitives.WriteInt64LittleEndian(header[NumberAt..], number);
        BinaryPrimitives.WriteInt32LittleEndian(header[UnitsAt..], units);
        BinaryPrimitives.WriteInt32LittleEndian(header[LengthAt..], head.Length + rest.Length);
        head.CopyTo(Grow(head.Length));
        rest.CopyTo(Grow(rest.Length));
    }

    /// <summary>Adds a line to the last proposal, if that has lines of the same session and this one comes next.</summary>
    public bool TryExtend(long id, long number, ReadOnlySpan<byte> text, ReadOnlySpan<byte> terminator)
    {
        Span<byte> last = _bytes.AsSpan(_last);
        if (_last == 0 || (ProposalKind)last[0] != ProposalKind.Lines || BinaryPrimitives.ReadInt64LittleEndian(last[IdAt..]) != id)
        {
            return false;
        }

        long first = BinaryPrimitives.ReadInt64LittleEndian(last[NumberAt..]);
        int count = BinaryPrimitives.ReadInt32LittleEndian(last[UnitsAt..]);
        if (number == 0 ? first != 0 : first == 0 || number != first + count)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(last[LengthAt..]);
        BinaryPrimitives.WriteInt32LittleEndian(last[UnitsAt..], count + 1);
        BinaryPrimitives.WriteInt32LittleEndian(last[LengthAt..], length + text.Length + terminator.Length);
        text.CopyTo(Grow(text.Length));
        terminator.CopyTo(Grow(terminator.Length));
        return true;
    }

    /// <summary>Ends it.</summary>
    /// <param name="plain">How many plain members the node has.</param>
    /// <returns>Its bytes. They are valid until it changes.</returns>
    public ReadOnlyMemory<byte> Seal(int plain)
    {
        _bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(1), plain);
        return _bytes.AsMemory(0, Length);
    }

    private Span<byte> Grow(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(Length + count, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
