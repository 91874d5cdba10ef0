using System.Text;
using Chatctl.Core.Journal;
using Chatctl.Core.Sessions;

namespace Chatctl.Core.Tests.Journal;

/// <summary>Says lines and events as a room does, and writes them to a journal.</summary>
internal sealed class Scribe(JournalStore store, TimeProvider time)
{
    private readonly SessionEncoder _encoder = new();
    private readonly List<SessionRecord> _changed = [];
    private List<(long Seq, string Unit)> _batch = [];
    private GoneValues _gone = store.Recovered.Gone;

    public JournalStore Store => store;

    /// <summary>The number of the last line that was said.</summary>
    public long LastSeq { get; private set; } = store.Recovered.LastSeq;

    /// <summary>The largest number of a member.</summary>
    public long LastId { get; set; } = store.Recovered.LastId;

    /// <summary>What was written, in its order. An event has the number of the line before it.</summary>
    public List<(long Seq, string Unit)> Written { get; } = [];

    /// <summary>Whether something was said that is not written yet.</summary>
    public bool IsSaying => _batch.Count > 0;

    /// <summary>Says a line. It is written with the next batch.</summary>
    public Scribe Say(string text, long id = 3)
    {
        LastSeq++;
        LastId = Math.Max(LastId, id);
        _gone = new GoneValues(id, LastSeq, id == _gone.Owner ? _gone.LastOfOthers : _gone.Last);
        _encoder.Line(LastSeq, time.GetUtcNow(), id, SessionEncoder.Nobody, Encoding.UTF8.GetBytes(text));
        return Add();
    }

    /// <summary>Tells that a session has begun. It is written with the next batch.</summary>
    public Scribe Join(string name, long id)
    {
        LastId = Math.Max(LastId, id);
        _encoder.Join(time.GetUtcNow(), id, name);
        return Add();
    }

    /// <summary>A session has changed. It is written with the next batch.</summary>
    public Scribe Change(SessionRecord session)
    {
        _changed.Add(session);
        return this;
    }

    /// <summary>Writes a batch of what was said since the last one.</summary>
    /// <param name="pieces">In how many pieces it is handed over: one, or one for each unit.</param>
    public JournalPlace Write(bool pieces = false)
    {
        ReadOnlyMemory<byte>[] units = [.. _batch.Select(unit => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(unit.Unit))];
        if (!pieces)
        {
            units = [units.SelectMany(unit => unit.ToArray()).ToArray()];
        }

        JournalPlace place = store.Append(new JournalBatch(units, LastSeq, LastId, _changed, _gone));
        Written.AddRange(_batch);
        _batch = [];
        _changed.Clear();
        return place;
    }

    private Scribe Add()
    {
        _batch.Add((LastSeq, Encoding.UTF8.GetString(_encoder.Written.Span)));
        _encoder.Clear();
        return this;
    }
}
