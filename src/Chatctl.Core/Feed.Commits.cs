using Chatctl.Core.Journal;

namespace Chatctl.Core;

/// <content>Units that wait until a commit log has them. All but <see cref="LogCommit"/> is under the room's lock.</content>
internal sealed partial class Feed
{
    /// <summary>Receipts are only given for what comes before this place, in bytes. It is behind everything if there is no commit log.</summary>
    public long Settled { get; private set; }

    /// <summary>Whether units wait for a commit. From any thread.</summary>
    public bool Waits => _log.Waits;

    /// <summary>How many bytes wait.</summary>
    public long Uncommitted => _log.Unpublished;

    /// <summary>Adds what waits to a batch, and its senders to a count of what is gone.</summary>
    public void Take(List<ReadOnlyMemory<byte>> pieces, GoneUnits seen) => _log.Take(pieces, seen);

    /// <summary>Notes where the first unit that waits is in the journal. Before <see cref="Commit"/>.</summary>
    public void AddSeam(Seams seams, JournalPlace place) => seams.Add(_log.PublishingStart, _log.Published, place, _log.Head!.Start);

    /// <summary>Lets readers see what comes before a place.</summary>
    /// <returns>Whether senders may go on. If so, call <see cref="LogCommit"/> once the lock is released.</returns>
    public bool Commit(long place)
    {
        _log.PublishTo(place);
        _log.Trim();
        return OpenIfRoom();
    }

    /// <summary>Lets receipts be given for what comes before a place.</summary>
    public void Settle(long place) => Settled = Math.Max(Settled, place);

    /// <summary>Logs that the window is open. Not under the room's lock.</summary>
    public void LogCommit() => LogOpen();
}
