using Chatctl.Core.Journal;

namespace Chatctl.Core;

/// <summary>
/// Places that are the same in the journal and in the log of sessions. Who reads the journal goes over to the log at one of them, so that nothing is
/// lost or doubled.
/// </summary>
/// <remarks>Everything is under the room's lock.</remarks>
internal sealed class Seams
{
    private readonly Queue<(long Position, JournalPlace Place)> _starts = new();
    private long _lastSegment = -1;
    private (long Position, JournalPlace Place) _end;

    /// <summary>A batch has been written.</summary>
    /// <param name="segment">Where the segment begins in which the batch begins, in bytes.</param>
    /// <param name="position">Where the batch begins in the log, in bytes.</param>
    /// <param name="place">Where it begins in the journal.</param>
    /// <param name="oldest">Where the oldest segment begins that the log has. Places before that are forgotten.</param>
    public void Add(long segment, long position, JournalPlace place, long oldest)
    {
        if (segment != _lastSegment)
        {
            _lastSegment = segment;
            _starts.Enqueue((position, place));
        }

        while (_starts.TryPeek(out (long Position, JournalPlace Place) first) && first.Position < oldest)
        {
            _starts.Dequeue();
        }
    }

    /// <summary>Everything that has been committed ends here.</summary>
    public void EndAt(long position, JournalPlace place) => _end = (position, place);

    /// <summary>The next place in the journal behind one that has a place in the log; null if there is none.</summary>
    public JournalPlace? Behind(JournalPlace place)
    {
        foreach ((_, JournalPlace at) in _starts)
        {
            if (at > place)
            {
                return at;
            }
        }

        return _end.Place > place ? _end.Place : null;
    }

    /// <summary>Finds the place in the log.</summary>
    public bool TryFind(JournalPlace place, out long position)
    {
        foreach ((long start, JournalPlace at) in _starts)
        {
            if (at == place)
            {
                position = start;
                return true;
            }
        }

        position = _end.Position;
        return _end.Place == place;
    }
}
