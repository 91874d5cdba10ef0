using Chatctl.Core.Sessions;

namespace Chatctl.Core.Backplane;

/// <summary>What this node proposes and the log does not have yet. It keeps its order, and becomes the room's order when it comes back from the log.</summary>
/// <remarks>Everything is under the room's lock. Only the bytes of a batch that was taken are read without it.</remarks>
/// <param name="framing">What a unit is.</param>
/// <param name="maxUnitBytes">The longest unit, in bytes. It is the same at all nodes.</param>
/// <param name="time">The clock.</param>
internal sealed class Proposals(Framing framing, int maxUnitBytes, TimeProvider time) : IUnits
{
    private readonly byte[] _terminator = [framing.Terminator()];
    private readonly Queue<Batch> _full = new();
    private readonly Stack<Batch> _spare = new();
    private Batch _open = new();
    private Batch? _taken;
    private bool _isBeatDue;
    private long _takenAt;

    /// <inheritdoc/>
    public int MaxUnitBytes => maxUnitBytes;

    /// <summary>How many bytes wait, or are on their way.</summary>
    public long Bytes { get; private set; }

    /// <summary>How long the batch that was taken has been on its way; nothing if none was taken.</summary>
    public TimeSpan Delay => _taken is null ? TimeSpan.Zero : time.GetElapsedTime(_takenAt);

    /// <summary>How many units were proposed.</summary>
    public long Units { get; private set; }

    /// <summary>Whether something waits.</summary>
    public bool Wait => _full.Count > 0 || !_open.IsEmpty || _isBeatDue;

    /// <inheritdoc/>
    public void Order(long owner, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int units)
    {
        Units += units;
        Add(ProposalKind.Units, owner, 0, units, head, rest);
    }

    /// <summary>A line of a session.</summary>
    /// <param name="connection">The member that is the session's connection.</param>
    /// <param name="number">The client's number; 0 if it has none.</param>
    /// <param name="text">The text.</param>
    public void Line(long connection, long number, ReadOnlySpan<byte> text)
    {
        Units++;
        int before = _open.Length;
        if (!_open.IsFullFor(text.Length) && _open.TryExtend(connection, number, text, _terminator))
        {
            Bytes += _open.Length - before;
        }
        else
        {
            Add(ProposalKind.Lines, connection, number, 1, text, _terminator);
        }
    }

    /// <summary>A client has come for a session.</summary>
    /// <param name="entrance">The session and its connection.</param>
    /// <param name="position">Where it wants to go on, if that is a position.</param>
    public void Enter(Entrance entrance, Since.Position? position) => Add(ProposalKind.Enter, entrance.Connection, position?.Seq ?? 0, BatchText.Write(entrance.Client, entrance.Owner, entrance.Name, position?.Epoch));

    /// <summary>Something that only needs a member, and perhaps a text.</summary>
    public void Add(ProposalKind kind, long id, string? text = null) => Add(kind, id, 0, text is null ? [] : BatchText.Write(text));

    /// <summary>Something with a number and texts.</summary>
    public void Add(ProposalKind kind, long id, long number, ReadOnlySpan<byte> texts) => Add(kind, id, number, 0, texts, default);

    /// <summary>The other nodes have to hear of this one, even if it has nothing to say.</summary>
    public void Beat() => _isBeatDue = true;

    /// <summary>Takes the next batch. It is given back with <see cref="Confirm"/> before the next one is taken.</summary>
    /// <param name="plain">How many plain members the node has.</param>
    /// <param name="bytes">The batch.</param>
    public bool TryTake(int plain, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!Wait)
        {
            return false;
        }

        _isBeatDue = false;
        if (!_full.TryDequeue(out _taken))
        {
            _taken = _open;
            _open = _spare.TryPop(out Batch? spare) ? spare : new Batch();
        }

        _takenAt = time.GetTimestamp();
        bytes = _taken.Seal(plain);
        return true;
    }

    /// <summary>The log has the batch that was taken.</summary>
    public void Confirm()
    {
        Bytes -= _taken!.Length - Batch.HeaderBytes;
        _taken.Clear();
        _spare.Push(_taken);
        _taken = null;
    }

    private void Add(ProposalKind kind, long id, long number, int units, ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest)
    {
        if (_open.IsFullFor(head.Length + rest.Length))
        {
            _full.Enqueue(_open);
            _open = _spare.TryPop(out Batch? spare) ? spare : new Batch();
        }

        int before = _open.Length;
        _open.Add(kind, id, number, units, head, rest);
        Bytes += _open.Length - before;
    }
}
