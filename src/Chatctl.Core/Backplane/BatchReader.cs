using System.Buffers.Binary;

namespace Chatctl.Core.Backplane;

/// <summary>Reads the batches that <see cref="Batch"/> writes.</summary>
internal ref struct BatchReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Begins to read.</summary>
    /// <exception cref="FormatException">It is no batch, or one of another version.</exception>
    public BatchReader(ReadOnlySpan<byte> batch)
    {
        if (batch.Length < Batch.HeaderBytes || batch[0] != Batch.Version)
        {
            throw new FormatException(batch.IsEmpty ? "it is empty" : $"its format is {batch[0]}, and this node knows {Batch.Version}");
        }

        Plain = BinaryPrimitives.ReadInt32LittleEndian(batch[1..]);
        _rest = batch[Batch.HeaderBytes..];
    }

    /// <summary>How many plain members the node has.</summary>
    public int Plain { get; }

    /// <summary>Reads the next proposal.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="FormatException">It is not complete.</exception>
    public bool TryRead(out Proposal proposal)
    {
        proposal = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < Batch.ProposalHeaderBytes
            || BinaryPrimitives.ReadInt32LittleEndian(_rest[Batch.LengthAt..]) is var length && (length < 0 || length > _rest.Length - Batch.ProposalHeaderBytes))
        {
            throw new FormatException("a proposal is not complete");
        }

        proposal = new Proposal
        {
            Kind = (ProposalKind)_rest[0],
            Id = BinaryPrimitives.ReadInt64LittleEndian(_rest[Batch.IdAt..]),
            Number = BinaryPrimitives.ReadInt64LittleEndian(_rest[Batch.NumberAt..]),
            Units = BinaryPrimitives.ReadInt32LittleEndian(_rest[Batch.UnitsAt..]),
            Bytes = _rest.Slice(Batch.ProposalHeaderBytes, length),
        };
        _rest = _rest[(Batch.ProposalHeaderBytes + length)..];
        return true;
    }
}
