using Chatctl.Core.Journal;

namespace Chatctl.Core.Sessions;

/// <summary>What a session has asked for of the past, if it is not in memory any more.</summary>
/// <param name="journal">Has it.</param>
/// <param name="before">How many lines come before what was asked for.</param>
/// <param name="from">When the first line that was asked for was said; null if it was asked for by number.</param>
/// <param name="oldEpoch">The epoch that is over and that the session's position is of; null if there is none.</param>
/// <param name="own">The sender whose units the session does not get: its own, or <see cref="Cursor.NoSender"/>.</param>
internal sealed class Past(RoomJournal journal, long before, DateTimeOffset? from, string? oldEpoch, long own)
{
    /// <summary>The sender whose units the session does not get.</summary>
    public long Own => own;

    /// <summary>The number of the first line that comes. Valid once it is open.</summary>
    public long First { get; private set; }

    /// <summary>What is gone of what was asked for; null if nothing is. Valid once it is open.</summary>
    public Gap? Gap { get; private set; }

    /// <summary>Opens the journal at the place. It reads files.</summary>
    public JournalReader Open()
    {
        JournalReader reader = from is { } time ? journal.Read(time) : journal.Read(before);
        First = reader.NextSeq;

        // The journal deletes files at any time. So this is asked for behind the opening. What is deleted later, the reader tells.
        bool isGone = before < First - 1 && before < journal.LastGone(own) && !(from is { } start && journal.HasAllSince(start));
        Gap = oldEpoch is null && !isGone ? null : new Gap(oldEpoch, isGone ? (before + 1, First - 1) : null);
        return reader;
    }
}
