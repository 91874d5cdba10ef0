using Chatctl.Core.Journal;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>
/// The commit log's side of the room. What is ordered waits until the commit log has it: then readers see it. Receipts wait until it is settled.
/// </content>
public sealed partial class Room
{
    // If so much waits, senders are held back. More in one batch saves next to nothing.
    private const int MostUncommitted = 256 << 10;

    private readonly RoomJournal? _journal;
    private readonly ICommitLog? _commits;

    // What an earlier room has left behind: these figures do not count.
    private long _firstSequence;
    private long _firstId;

    // The senders of all units that the commit log has taken. Under the lock.
    private readonly GoneUnits _taken;
    private volatile bool _commitsLag;

    /// <summary>Everything before this place in the journal was there before the room.</summary>
    internal void BeginCommits(JournalPlace end)
    {
        lock (_gate)
        {
            _seams.EndAt(0, end);
        }
    }

    /// <summary>Takes everything that waits. It is given back with <see cref="Commit"/> before more is taken. On the commit log's thread.</summary>
    /// <param name="batch">Gets it. Its memory is the room's, and stays valid until the commit.</param>
    /// <returns>Whether anything waits.</returns>
    internal bool TakeUncommitted(CommitBatch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            SessionSide side = _sessions!;
            side.Log.Feed.Take(batch.Units, _taken);
            side.Registry.TakeChanged(batch.Sessions);
            batch.Ends = _sequencer.Ends;
            batch.LastSeq = _sequencer.Next;
            batch.LastId = _lastId;
            batch.Gone = _taken.Values;
        }

        return batch.Units.Count > 0 || batch.Sessions.Count > 0;
    }

    /// <summary>Readers may see what was taken. On the commit log's thread.</summary>
    /// <param name="batch">What was taken.</param>
    /// <param name="place">Where it is in the journal.</param>
    /// <param name="end">Where the next batch will be.</param>
    /// <param name="isSettled">Whether receipts may be given for it too.</param>
    internal void Commit(CommitBatch batch, JournalPlace place, JournalPlace end, bool isSettled)
    {
        Feed sessions = _sessions!.Log.Feed;
        bool plainOpened;
        bool sessionsOpened;
        lock (_gate)
        {
            sessions.AddSeam(_seams, place);
            _seams.EndAt(batch.Ends.Sessions, end);
            plainOpened = _feed.Commit(batch.Ends.Plain);
            sessionsOpened = sessions.Commit(batch.Ends.Sessions);
            _commitsLag = sessions.Uncommitted > MostUncommitted;
            if (isSettled)
            {
                Settle(batch.Ends);
            }
        }

        if (plainOpened)
        {
            _feed.LogCommit();
        }

        if (sessionsOpened)
        {
            sessions.LogCommit();
        }

        WakeDoors();
    }

    /// <summary>Receipts may be given for what comes before these places. On any thread.</summary>
    internal void SettleAll(Places places)
    {
        lock (_gate)
        {
            Settle(places);
        }

        WakeDoors();
    }

    /// <summary>Holds senders back if too much waits. Under the lock.</summary>
    private void BoundCommits()
    {
        if (_journal is not null)
        {
            _commitsLag = _sessions!.Log.Feed.Uncommitted > MostUncommitted;
        }
        else if (_proposals is not null)
        {
            _commitsLag = _proposals.Bytes > _options.BufferBytes;
        }
    }

    private void Settle(Places places)
    {
        _feed.Settle(places.Plain);
        _sessions!.Log.Feed.Settle(places.Sessions);
    }
}
