using System.IO.Hashing;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Journal;

/// <summary>Puts together what is written to a file: units as they are, and the journal's own lines around them.</summary>
/// <remarks>It is for one thread at a time. Each call ends what the last one has given.</remarks>
internal sealed class JournalOutput
{
    private const int FullPortion = 1 << 20;

    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly XxHash3 _hash = new();
    private JsonOutput _json = new();

    /// <summary>What is to be written.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces => _pieces;

    /// <summary>A batch, with its commit.</summary>
    /// <returns>How many bytes it has.</returns>
    public long Batch(in JournalBatch batch, Commit commit)
    {
        Clear();
        long length = 0;
        for (int i = 0; i < batch.Units.Count; i++)
        {
            ReadOnlyMemory<byte> units = batch.Units[i];
            length += units.Length;
            _hash.Append(units.Span);
            _pieces.Add(units);
        }

        for (int i = 0; i < batch.Sessions.Count; i++)
        {
            JournalLines.WriteSession(_json, batch.Sessions[i]);
        }

        return length + EndBatch(commit);
    }

    /// <summary>The batch with which a file begins: its header, and the state. It comes in portions, each of which has to be written before the next.</summary>
    public IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> State(JournalHeader header, IReadOnlyCollection<SessionRecord> sessions, Commit commit)
    {
        Clear();
        header.Write(_json);
        foreach (SessionRecord session in sessions)
        {
            if (_json.Length >= FullPortion)
            {
                _hash.Append(_json.Written.Span);
                _pieces.Add(_json.Written);
                yield return _pieces;
                _pieces.Clear();
                _json.Clear();
            }

            JournalLines.WriteSession(_json, session);
        }

        EndBatch(commit);
        yield return _pieces;
    }

    /// <summary>The line that says that the server has stopped in order.</summary>
    /// <returns>How many bytes it has.</returns>
    public long Closed(DateTimeOffset time)
    {
        Clear();
        JournalLines.WriteClosed(_json, time);
        _pieces.Add(_json.Written);
        return _json.Length;
    }

    private void Clear()
    {
        _pieces.Clear();
        _hash.Reset();
        if (_json.Length > FullPortion * 2)
        {
            // Very many sessions have changed at once.
            _json = new JsonOutput();
        }

        _json.Clear();
    }

    private int EndBatch(Commit commit)
    {
        commit.WriteBeforeCheck(_json);
        _hash.Append(_json.Written.Span);
        JournalLines.EndWithCheck(_json, _hash.GetCurrentHashAsUInt64());
        _pieces.Add(_json.Written);
        return _json.Length;
    }
}
